import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect } from '@lutra/client/connect'
import { followTasks, resumeTask, startTask, type TaskError } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { z } from 'zod'
import { eventually } from '../eventually.ts'
import { createCluster } from './rig.ts'

const child = fileURLToPath(new URL('resume-child.ts', import.meta.url))
let begun = 0
let aborted = 0
const render = tool({
  name: 'render',
  description: 'Asks half-way',
  input: z.object({ page: z.number() }),
  output: z.object({ pages: z.number() }),
  task: true,
  run: async ({ page }, ctx) => {
    ctx.progress(1, 2, 'Rendering')
    await pause(30)
    const answer = await ctx.ask('copies', 'How many?', z.object({ copies: z.number().int() }))
    return { pages: answer.action === 'accept' ? page * answer.content.copies : 0 }
  },
})
const endless = tool({
  name: 'endless',
  description: 'Never ends',
  task: true,
  run: (_, ctx) => {
    begun++
    return new Promise(() => ctx.signal.addEventListener('abort', () => aborted++))
  },
})

async function world() {
  const cluster = createCluster([render, endless] as Tool[])
  const { server, tasks } = cluster.start()
  const http = await serveNode(server).listen()
  const open = (options: Parameters<typeof followTasks>[0] = {}) =>
    connect(http.url, {
      extensions: [followTasks({ pollIntervalMs: 20, ...options })],
      answer: { elicit: async () => ({ action: 'accept', content: { copies: 3 } }) },
    })
  return {
    tasks,
    open,
    url: http.url,
    async [Symbol.asyncDispose]() {
      await http.close()
      await cluster.close()
    },
  }
}

test('[TASK-05, TASK-18, TASK-19, TASK-24] a call that becomes a task looks like any other, its questions too', async () => {
  await using place = await world()
  const ids: string[] = []
  await using client = await place.open({ onTask: ({ taskId }) => ids.push(taskId) })
  const messages: (string | undefined)[] = []
  const { data } = await client.call(
    'render',
    { page: 2 },
    { onProgress: ({ message }) => messages.push(message) },
  )
  assert.deepEqual(data, { pages: 6 })
  assert.equal(ids.length, 1)
  assert.ok(messages.length > 0)
})

test('[TASK-17, TASK-20] a call that is given up cancels its task', async () => {
  await using place = await world()
  let known = false
  await using client = await place.open({ onTask: () => (known = true) })
  begun = 0
  aborted = 0
  const control = new AbortController()
  const call = client.call('endless', {}, { signal: control.signal })
  // Whoever leaves before they were told of the task leaves it to itself.
  await eventually(() => known && begun === 1, 'a run of which the client knows')
  control.abort(new Error('enough'))
  await assert.rejects(call, /enough/)
  await eventually(() => aborted > 0, 'the run is told')
  assert.equal(aborted, 1)
})

test('[TASK-22] a task is driven by hand, and found again by its id in another client', async () => {
  await using place = await world()
  let id = ''
  {
    await using client = await place.open()
    const handle = await startTask(client, 'render', { page: 5 })
    const seen: string[] = []
    for await (const { status, inputRequests } of handle.updates()) {
      seen.push(status)
      if (inputRequests && 'copies' in inputRequests) break
    }
    assert.equal(seen.at(-1), 'input_required')
    id = handle.id
  }
  await using client = await place.open()
  const handle = resumeTask(client, id)
  await handle.answer({ copies: { action: 'accept', content: { copies: 2 } } })
  const states: string[] = []
  for await (const { status } of handle.updates()) states.push(status)
  assert.equal(states.at(-1), 'completed')
  assert.deepEqual((await handle.result())['structuredContent'], { pages: 10 })
  const other = await startTask(client, 'endless')
  await other.cancel()
  await assert.rejects(other.result(), (error: TaskError) => error.code === 'cancelled')
  await assert.rejects(resumeTask(client, 'x'.repeat(32)).status(), { code: -32602 })
})

test('a task is found again by another process, from a file, and asks there', async () => {
  await using place = await world()
  await using client = await place.open()
  const { id } = await startTask(client, 'render', { page: 5 })
  const file = join(await mkdtemp(join(tmpdir(), 'lutra-resume-')), 'task.json')
  await writeFile(file, JSON.stringify({ url: place.url, id }))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, file])
  assert.deepEqual(JSON.parse(stdout).structuredContent, { pages: 20 })
  await rm(dirname(file), { recursive: true })
})

test('[TASK-06] a task where none can be, and one that makes no sense, are refused', async () => {
  const strange = async (call: { method: string }) => {
    if (call.method === 'server/discover') {
      return { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} }
    }
    return { resultType: 'task', taskId: call.method === 'tools/call' ? 7 : 'x', status: 'working' }
  }
  await using client = await connect(strange as never, { extensions: [followTasks()] })
  await assert.rejects(client.request('resources/read', { uri: 'a:b' }), { code: 'malformed' })
  await assert.rejects(client.callTool('x'), { code: 'malformed' })
})
