import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createMemoryStore, handedOver, type Notification, withSignal } from '@lutra/core'
import { tasksId } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { createCluster, isEnded, send, sendAs, until } from './rig.ts'

const quick = tool({
  name: 'quick',
  description: 'Ends at once',
  task: { ttlMs: 60_000 },
  run: (_, ctx) => {
    ctx.progress(1, 1)
    ctx.log.error('a word to the log')
    return 'done'
  },
})
const outside = tool({
  name: 'outside',
  description: 'Ended by somebody else',
  task: { ttlMs: 60_000 },
  run: () => handedOver,
})
const kept = tool({ name: 'kept', description: '', task: { ttlMs: null }, run: () => 'done' })
const plain = tool({ name: 'plain', description: 'No task', run: () => 'at once' })

test('[TASK-21] a task says how long after its beginning it is kept, is there until then, and not without end', async () => {
  let time = Date.now()
  const now = () => time
  const store = createMemoryStore(now)
  const cluster = createCluster([quick, outside] as Tool[], { store, now })
  const one = cluster.start()
  for (const name of ['quick', 'outside']) {
    const made = await send(one, 'tools/call', { name })
    const { taskId } = made
    const begun = Date.parse(String(made['createdAt']))
    assert.equal(made['ttlMs'], 60_000)
    if (name === 'outside') {
      await until(one, taskId, () => one.tasks.running === 0)
      // It takes nearly all of its time: who waits for it has as long again to fetch its result.
      time += 59_000
      assert.equal((await send(one, 'tasks/get', { taskId }))['ttlMs'], 60_000)
      await one.tasks.complete(String(taskId), { content: [] })
    }
    const { ttlMs } = await until(one, taskId, isEnded)
    const left = begun + Number(ttlMs) - time
    assert.ok(left >= 60_000 && left < 61_000, `${left} ms are left`)
    time += left - 100
    assert.equal((await send(one, 'tasks/get', { taskId }))['status'], 'completed')
    time += 1100
    await assert.rejects(send(one, 'tasks/get', { taskId }), { code: -32602 })
  }
  await cluster.close()
})

test('[TASK-21] a task without an end of its own is kept for ever, and says so', async () => {
  let time = Date.now()
  const store = createMemoryStore(() => time)
  const cluster = createCluster([plain, kept] as Tool[], { store })
  const one = cluster.start()
  const { taskId, ttlMs } = await send(one, 'tools/call', { name: 'kept' })
  assert.equal(ttlMs, null)
  await until(one, taskId, isEnded)
  time += 1e12
  assert.equal((await send(one, 'tasks/get', { taskId }))['ttlMs'], null)
  await cluster.close()
})

test('[TASK-23] a stream that names a task brings its states, and neither progress nor log', async () => {
  const cluster = createCluster([quick] as Tool[])
  const one = cluster.start({ run: false })
  const { taskId } = await send(one, 'tools/call', { name: 'quick' })
  const heard: Notification[] = []
  const control = new AbortController()
  const listening = one.server(
    withSignal(
      {
        id: 'listening',
        method: 'subscriptions/listen',
        params: { notifications: { taskIds: [taskId, 'x'.repeat(32)] } },
        meta: {
          protocolVersion: '2026-07-28',
          clientInfo: { name: 'test', version: '1' },
          clientCapabilities: { extensions: { [tasksId]: {} } },
          logLevel: 'debug',
        },
        notify: (notification) => heard.push(notification),
      },
      () => control.signal,
    ),
  )
  cluster.start()
  for (const end = Date.now() + 15_000; Date.now() < end; await pause(10)) {
    if (heard.some(({ params }) => params?.['status'] === 'completed')) break
  }
  control.abort()
  await listening
  const [first, ...rest] = heard
  assert.deepEqual(first?.params?.['notifications'], { taskIds: [taskId] })
  assert.ok(rest.length > 0)
  for (const { method, params } of rest) {
    assert.equal(method, 'notifications/tasks')
    assert.equal(params?.['taskId'], taskId)
  }
  assert.equal(rest.at(-1)?.params?.['status'], 'completed')
  await cluster.close()
})

test('[TASK-25] what asked for tasks before this extension does nothing', async () => {
  const cluster = createCluster([quick, plain] as Tool[])
  const one = cluster.start()
  const params = { name: 'plain', task: { ttl: 1000 } }
  assert.equal((await send(one, 'tools/call', params)).resultType, 'complete')
  const older = sendAs({ declares: false, capabilities: { tasks: { requests: {} } } })
  assert.equal((await older(one, 'tools/call', { name: 'quick' })).resultType, 'complete')
  const { capabilities } = await send(one, 'server/discover', {})
  assert.ok(!('tasks' in (capabilities as object)))
  await cluster.close()
})

test('[TASK-26] a caller of an earlier revision gets the result, whatever it declares', async () => {
  const cluster = createCluster([quick] as Tool[])
  const http = await serveNode(cluster.start().server).listen()
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
  }
  const post = async (method: string, params: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const response = await fetch(http.url, { method: 'POST', headers, body })
    headers['mcp-session-id'] ??= response.headers.get('mcp-session-id') ?? ''
    return (await response.json()).result
  }
  const { capabilities } = await post('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { extensions: { [tasksId]: {} } },
    clientInfo: { name: 'c', version: '1' },
  })
  assert.ok(!(tasksId in (capabilities.extensions ?? {})))
  const { content } = await post('tools/call', { name: 'quick' })
  assert.deepEqual(content, [{ type: 'text', text: 'done' }])
  await http.close()
  await cluster.close()
})
