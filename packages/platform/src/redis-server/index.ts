export { findRedisServer } from './find-redis-server.ts'
export { PORTS_TO_LISTEN_ON } from './ports-to-listen-on.ts'
export type { RedisBinary } from './redis-binary.ts'
export { type RedisServer, type StartRedisOptions, startRedisServer } from './start-redis-server.ts'
