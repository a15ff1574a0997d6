/** Health, readiness, metrics and a graceful end, for processes on Node.js that a platform looks after. */
export { createOps, type Ops, type OpsListening, type OpsOptions } from './ops/node/create-ops.ts'
export type { Checks } from './ops/node/readiness.ts'
export type { Closable, StopOptions } from './ops/node/stop.ts'
