/** Everything that is measured, in the order of the table. */
import { auth } from './auth.ts'
import { clientCall } from './client-call.ts'
import { growth } from './growth.ts'
import { httpCall } from './http-call.ts'
import { httpListen } from './http-listen.ts'
import { inProcess } from './in-process.ts'
import { processes } from './processes.ts'
import type { Bench } from './ratio.ts'
import { start } from './start.ts'
import { stdio } from './stdio.ts'
import { tasks } from './tasks.ts'

export const benches: readonly Bench[] = [
  httpCall,
  auth,
  inProcess,
  stdio,
  clientCall,
  start,
  httpListen,
  tasks,
  growth,
  processes,
]
