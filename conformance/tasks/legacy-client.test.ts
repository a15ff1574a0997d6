import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import { type Connection, deferred } from '@lutra/core'
import {
  type FollowOptions,
  followTasks,
  resumeTask,
  startTask,
  type TaskError,
  tasksId,
} from '@lutra/extensions/tasks'
import { serveNode } from '@lutra/server/serve-node'
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js'
import { freePort } from '../../scripts/free-port.ts'
import { eventually } from '../eventually.ts'
import { tools as ownTools } from '../legacy/task-tools.ts'
import { startSdkServer } from '../peers/sdk-server.ts'
import { createOfficial } from './official-tasks.ts'
import { createCluster } from './rig.ts'

const child = fileURLToPath(new URL('official-tasks-stdio.ts', import.meta.url))
const args = ['--import', 'tsx', child]

const answering = (asked: string[] = []): ConnectAnyOptions => ({
  answer: {
    elicit: async ({ message }) => {
      asked.push(message)
      return { action: 'accept', content: { copies: asked.length } }
    },
  },
})

async function overHttp(options: FollowOptions = {}, others = answering()) {
  const store = new InMemoryTaskStore()
  const server = await startSdkServer({ create: () => createOfficial(store) })
  const client = await connect(server.url, { extensions: [followTasks(options)], ...others })
  return {
    client,
    store,
    async [Symbol.asyncDispose]() {
      await client.close()
      await server[Symbol.asyncDispose]()
      store.cleanup()
    },
  }
}

async function overStdio(options: FollowOptions = {}, others = answering()) {
  const target = { command: process.execPath, args }
  const client = await connect(target, { extensions: [followTasks(options)], ...others })
  return { client, [Symbol.asyncDispose]: () => client.close() }
}

for (const [wire, open] of Object.entries({ overHttp, overStdio })) {
  test(`[LEG-12] ${wire}: calls of an official server of 2025-11-25 become tasks and look like any other`, async () => {
    const asked: string[] = []
    const ids: string[] = []
    const onTask = ({ taskId }: { taskId: string }) => void ids.push(taskId)
    await using place = await open({ onTask }, answering(asked))
    const { client } = place
    const messages: unknown[] = []
    const onProgress = ({ message }: { message?: string }) => void messages.push(message)
    const { text } = await client.callTool('render', { page: 5 }, { onProgress })
    assert.equal(text, '15')
    assert.deepEqual(asked, ['How many?', 'How many more?'])
    assert.equal(ids.length, 1)
    const half = wire === 'overStdio' ? 'Half-way (1 of 2)' : 'Rendering'
    assert.ok(messages.includes(half), String(messages))
    const failed = await client.callTool('fail')
    assert.deepEqual([failed.isError, failed.text], [true, 'No paper'])
    // What may be a task need not become one.
    assert.equal((await client.callTool('maybe', { page: 3 })).text, 'page 3')
    assert.equal((await client.callTool('plain')).text, 'plain')
    assert.equal(ids.length, 2)
  })

  test(`[LEG-12] ${wire}: its tasks are driven by hand, asked for their state, and cancelled`, async () => {
    await using place = await open()
    const { client } = place
    const handle = await startTask(client, 'maybe', { page: 2 })
    assert.match(handle.id, /^[0-9a-f]{32}$/)
    const states: string[] = []
    for await (const { status } of handle.updates()) states.push(status)
    assert.equal(states.at(-1), 'completed')
    assert.match(JSON.stringify(await handle.result()), /page 2/)
    assert.equal((await startTask(client, 'plain')).id, '')

    // Each is asked what is its own, though they wait side by side.
    const answered = async (page: number, copies: number) => {
      const asking = await startTask(client, 'render', { page })
      let rounds = 0
      for await (const { status, inputRequests = {} } of asking.updates()) {
        const [key] = Object.keys(inputRequests)
        if (status !== 'input_required' || key === undefined) continue
        rounds += 1
        await asking.answer({ [key]: { action: 'accept', content: { copies } } })
      }
      assert.equal(rounds, 2)
      return JSON.stringify((await asking.status()).result)
    }
    const [first, second] = await Promise.all([answered(2, 10), answered(3, 1)])
    assert.match(first, /"40"/)
    assert.match(second, /"6"/)

    const endless = await startTask(client, 'endless')
    await endless.cancel()
    await endless.cancel()
    await assert.rejects(endless.result(), (error: TaskError) => error.code === 'cancelled')
    await assert.rejects(resumeTask(client, 'x').status(), { code: -32602 })
  })
}

test('[LEG-12] a call that is given up cancels its task there too; its time to live is asked for', async () => {
  const ids: string[] = []
  const onTask = ({ taskId }: { taskId: string }) => void ids.push(taskId)
  await using place = await overHttp({ onTask, ttlMs: 60_000 })
  const { client, store } = place
  const control = new AbortController()
  const calling = client.callTool('endless', {}, { signal: control.signal })
  while (ids.length === 0) await pause(5)
  assert.equal((await store.getTask(ids[0] ?? ''))?.ttl, 60_000)
  control.abort(new Error('enough'))
  await assert.rejects(calling, /enough/)
  const isCancelled = async () => (await store.getTask(ids[0] ?? ''))?.status === 'cancelled'
  await eventually(isCancelled, 'the task is cancelled')
})

test('[LEG-12] a task is found again by its id alone, where the server keeps it for more than a session', async () => {
  const store = new InMemoryTaskStore()
  const create = () => createOfficial(store)
  const connected = (url: string) => connect(url, { extensions: [followTasks()], ...answering() })
  {
    await using server = await startSdkServer({ create, stateless: true })
    await using first = await connected(server.url)
    await using second = await connected(server.url)
    const { id } = await startTask(first, 'maybe', { page: 7 })
    assert.match(JSON.stringify(await resumeTask(second, id).result()), /page 7/)
  }
  // The store of the official SDK binds tasks to sessions: another one has none of them.
  await using server = await startSdkServer({ create })
  await using first = await connected(server.url)
  await using second = await connected(server.url)
  const { id } = await startTask(first, 'maybe', { page: 7 })
  assert.match(JSON.stringify(await resumeTask(first, id).result()), /page 7/)
  await assert.rejects(resumeTask(second, id).status(), { code: -32602 })
})

test('[LEG-12] the two adapters of this repository understand each other, for tools that must be tasks too', async () => {
  const cluster = createCluster(ownTools)
  const http = await serveNode(cluster.start().server).listen()
  const asked: string[] = []
  const open = () =>
    connect(http.url, {
      era: 'legacy',
      extensions: [followTasks({ pollIntervalMs: 20 })],
      ...answering(asked),
    })
  await using client = await open()
  assert.equal(client.connection.protocolVersion, '2025-11-25')
  assert.equal((await client.callTool('quick')).text, 'done')
  // By its id alone, in another session.
  const { id } = await startTask(client, 'render', { page: 3 })
  await using other = await open()
  const handle = resumeTask(other, id)
  assert.match(JSON.stringify(await handle.result()), /"pages":3/)
  assert.equal(asked.length, 1)
  const endless = await startTask(client, 'endless')
  await endless.cancel()
  await assert.rejects(endless.result(), (error: TaskError) => error.code === 'cancelled')
  await http.close()
  await cluster.close()
})

test('[LEG-12] a task is followed through a restart of an older server, and asks after it', async () => {
  const cluster = createCluster(ownTools, { graceMs: 1 })
  // One that nobody else is given while the server is away.
  const port = await freePort()
  const first = await serveNode(cluster.start().server).listen(port)
  const answer = deferred<void>()
  let asked = 0
  await using client = await connect(first.url, {
    era: 'legacy',
    extensions: [followTasks({ pollIntervalMs: 20 })],
    answer: {
      elicit: async () => {
        asked += 1
        await answer.promise
        return { action: 'accept', content: { copies: 2 } }
      },
    },
  })
  const { id } = await startTask(client, 'render', { page: 3 })
  const endless = await startTask(client, 'endless')
  const cancelled = assert.rejects(endless.result(), { code: 'cancelled' })
  await first.close()
  await pause(300)
  const second = await serveNode(cluster.start().server).listen(port)
  const result = resumeTask(client, id).result()
  while (asked === 0) await pause(5)
  answer.resolve()
  assert.match(JSON.stringify(await result), /"pages":6/)
  await endless.cancel()
  await cancelled
  await second.close()
  await cluster.close()
})

test('[LEG-12] what a server of 2025-11-25 tells of its tasks is checked and bounded', async () => {
  let task: object = {}
  const strange = async ({ method }: { method: string }) => {
    if (method === 'server/discover') {
      const capabilities = { extensions: { [tasksId]: {} } }
      return { resultType: 'complete', supportedVersions: ['2025-11-25'], capabilities }
    }
    if (method === 'tools/list') {
      return {
        resultType: 'complete',
        tools: [{ name: 'x', execution: { taskSupport: 'required' } }],
      }
    }
    return { resultType: 'complete', ...(method === 'tools/call' ? { task } : task) }
  }
  const closed = new Promise<undefined>(() => {})
  const connection: Connection = {
    handler: strange,
    era: 'legacy',
    protocolVersion: '2025-11-25',
    discovered: { supportedVersions: ['2025-11-25'], capabilities: {} },
    closed,
    close: async () => {},
  }
  await using client = await connect(connection, { extensions: [followTasks()] })
  const refused = [
    { taskId: 7, status: 'working' },
    { taskId: 'x'.repeat(2000), status: 'working' },
    { taskId: 'x', status: 'unheard' },
    {},
  ]
  for (task of refused) await assert.rejects(client.callTool('x'), { code: 'malformed' })
  task = { taskId: 'y', status: 'working' }
  await assert.rejects(resumeTask(client, 'x').status(), { code: 'malformed' })
  task = { taskId: 'x', status: 'working', ttl: 'long', pollInterval: -1, createdAt: 9, error: 1 }
  const { ttlMs, pollIntervalMs, createdAt } = await resumeTask(client, 'x').status()
  assert.deepEqual([ttlMs, pollIntervalMs, typeof createdAt], [null, undefined, 'string'])
})

test('a client that takes no tasks is told how to, and sees none', async () => {
  await using place = await overHttp({}, { extensions: [] })
  const { client } = place
  assert.equal(client.server.capabilities.extensions, undefined)
  await assert.rejects(
    client.callTool('render'),
    /render can be called as a task alone.*followTasks/,
  )
  assert.equal((await client.callTool('maybe', { page: 3 })).text, 'page 3')
})
