/** A worker of the queue: a process of its own, which has nothing of the server but the engine that the tasks are on. */
import { setTimeout as pause } from 'node:timers/promises'
import { tasks } from '@lutra/extensions/tasks'
import { openEngine } from '@lutra/stores'
import { type Job, Worker } from 'bullmq'
import type { Sample } from './server.ts'

const { REDIS_URL = 'redis://127.0.0.1:6379', NAME = 'worker' } = process.env
const engine = await openEngine(REDIS_URL)
const connection = { url: REDIS_URL }

// #region worker
const jobs = tasks({ ...engine, run: false }) // ends the tasks of others, and runs none

async function analyse({ data: { id, sample } }: Job<Sample>): Promise<void> {
  if ((await jobs.get(id))?.status !== 'working') return // it was cancelled meanwhile
  await jobs.progress(id, `${NAME} looks at ${sample}`)
  if (sample === 'spoilt') await jobs.fail(id, { message: 'The sample is spoilt' })
  else await jobs.complete(id, { content: [{ type: 'text', text: await lookAt(sample) }] })
}

// A job whose worker has died is given to another one: when, these say.
const worker = new Worker('analyses', analyse, {
  connection,
  lockDuration: 1000,
  stalledInterval: 500,
})
worker.on('failed', (job, { message }) => {
  // Not where it is tried again: without this, its task would wait until it is forgotten.
  if (job?.finishedOn !== undefined) void jobs.fail(job.data.id, { message })
})
// #endregion
worker.on('error', console.error)

process.once('SIGTERM', async () => {
  await worker.close() // jobs that are under way first
  await engine.close()
})

async function lookAt(sample: string): Promise<string> {
  // The first worker takes so long over a lake that it is killed before.
  await pause(sample === 'lake' && NAME === 'one' ? 60_000 : 10)
  return `${sample}: clean, says ${NAME}`
}
