export { writeHeartbeat } from '../fleet/heartbeats.ts'
export { type RedisTopology, startRedisCluster, startWatchedRedis, type WatchedRedis } from './redis-topologies.ts'
export { type Received, SECRET, startReceiver } from './start-receiver.ts'
export { type TestRedis, testRedis } from './test-redis.ts'
