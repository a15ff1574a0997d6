import type { Redis, ScriptRunner } from './connection.ts'
import type { Names } from './names.ts'

/** What store and bus share. */
export interface RedisParts {
  readonly redis: Redis
  readonly runner: ScriptRunner
  readonly names: Names
}
