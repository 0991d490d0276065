// Reading and writing the files themselves: for the API. Workers load neither.
export { harmless } from './formula-cells.ts'
export * from './open-import-file.ts'
export * from './text-of.ts'
export * from './write-result-file.ts'
