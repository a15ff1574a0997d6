import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@lutra/client/connect'
import { handedOver } from '@lutra/core'
import { followTasks, tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'
import { z } from 'zod'
import { openQueue } from './queue.ts'

const folder = await mkdtemp(join(tmpdir(), 'laboratory-'))
const queue = await openQueue(join(folder, 'queue'))
const engine = await openEngine(`file:${join(folder, 'store')}`)

// #region tool
const analyse = tool({
  name: 'analyse',
  description: 'Has a sample analysed in the laboratory',
  input: z.object({ sample: z.string() }),
  task: 'required', // only a task can be handed over
  async run({ sample }, ctx) {
    if (ctx.task === undefined) throw new TypeError('Expected to run as a task')
    await queue.put({ id: ctx.task.id, sample }) // the same id again is the same job
    return handedOver // whoever does the job ends the task
  },
})
// #endregion

const jobs = tasks(engine)
const server = createServer({
  name: 'laboratory',
  version: '1.0.0',
  ...engine,
  tools: [analyse],
  extensions: [jobs],
})

// #region worker
/** Works off the queue. It may stand in another process, on the same engine: `tasks({ ...engine, run: false })`. */
async function work(signal: AbortSignal): Promise<void> {
  for await (const { id, sample } of queue.take(signal)) {
    await jobs.progress(id, `Looking at ${sample}`)
    if (sample === 'spoilt') await jobs.fail(id, { message: 'The sample is spoilt' })
    else await jobs.complete(id, { content: [{ type: 'text', text: `${sample}: clean` }] })
    await queue.done(id) // only now: a worker that died before is followed by another
  }
}
// #endregion

const stop = new AbortController()
const working = work(stop.signal)
const http = await serveNode(server).listen()
{
  await using client = await connect(http.url, {
    extensions: [followTasks({ pollIntervalMs: 50 })],
  })
  const { text } = await client.callTool('analyse', { sample: 'river' })
  assert.equal(text, 'river: clean')
  await assert.rejects(client.callTool('analyse', { sample: 'spoilt' }), /spoilt/)
}
stop.abort()
await working
await http.close()
await server.close()
await engine.close()
await queue.close()
await rm(folder, { recursive: true })
