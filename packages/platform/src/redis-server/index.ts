export { findRedisServer } from './find-redis-server.ts'
export type { RedisBinary } from './redis-binary.ts'
export { type RedisServer, type StartRedisOptions, startRedisServer } from './start-redis-server.ts'
