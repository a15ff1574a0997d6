import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import { followTasks, resumeTask, startTask } from '@lutra/extensions/tasks'
import { serveNode } from '@lutra/server/serve-node'
import { createCluster } from '../tasks/rig.ts'
import { tools } from './task-tools.ts'

const options: ConnectAnyOptions = {
  era: 'legacy',
  extensions: [followTasks()],
  answer: { elicit: async () => ({ action: 'accept', content: { copies: 3 } }) },
}

test('[LEG-12] both ends of this repository: another session finds a task by its id, answers it and cancels it', async () => {
  const cluster = createCluster(tools, { graceMs: 50 })
  const http = await serveNode(cluster.start().server).listen()
  const first = await connect(http.url, options)
  const [asks, goesOn] = [
    await startTask(first, 'render', { page: 4 }),
    await startTask(first, 'endless'),
  ]
  await first.close()

  await using second = await connect(http.url, options)
  const { structuredContent } = await resumeTask(second, asks.id).result()
  assert.deepEqual(structuredContent, { pages: 12 })
  const task = resumeTask(second, goesOn.id)
  assert.equal((await task.status()).status, 'working')
  await task.cancel()
  assert.equal((await task.status()).status, 'cancelled')
  await http.close()
  await cluster.close()
})
