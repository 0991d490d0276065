export { Reason } from '@rollcall/engine'
