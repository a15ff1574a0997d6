import { handedOver } from '@lutra/core'
import { tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { openEngine } from '@lutra/stores'
import { Queue } from 'bullmq'
import { z } from 'zod'

export interface Sample {
  /** The id of the task. */
  readonly id: string
  readonly sample: string
}

/** Opens a laboratory whose tasks, and whose queue, are on one Redis. */
export async function openLaboratory(redisUrl: string) {
  const engine = await openEngine(redisUrl)

  // #region tool
  const queue = new Queue<Sample>('analyses', { connection: { url: redisUrl } })

  const analyse = tool({
    name: 'analyse',
    description: 'Has a sample analysed in the laboratory',
    input: z.object({ sample: z.string() }),
    task: 'required', // only a task can be handed over
    async run({ sample }, ctx) {
      if (ctx.task === undefined) throw new TypeError('Expected to run as a task')
      const { id } = ctx.task
      // `run` may be run again: the same id again is the same job. One that throws is tried three times.
      const options = { jobId: id, attempts: 3, removeOnComplete: true, removeOnFail: true }
      await queue.add('analyse', { id, sample }, options)
      return handedOver // whoever does the job ends the task
    },
  })
  // #endregion

  const server = createServer({
    name: 'laboratory',
    version: '1.0.0',
    ...engine,
    tools: [analyse],
    extensions: [tasks(engine)],
  })
  return {
    server,
    async close() {
      await server.close()
      await queue.close()
      await engine.close()
    },
  }
}
