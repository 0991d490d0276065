export { type TestRedis, testRedis } from './test-redis.ts'
