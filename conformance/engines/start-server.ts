// biome-ignore lint/performance/noBarrelFile: where tests look for it; examples start the same servers.
export {
  type DatabaseServer,
  startPostgres,
  startRedis,
  startRedisCluster,
} from '../../scripts/start-database.ts'
