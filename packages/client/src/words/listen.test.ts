import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Notification, type Params, type Result, RpcError } from '@lutra/core'
import { ConnectionError, TimeoutError } from './error.ts'
import { type Change, type ListenOptions, listen } from './listen.ts'

interface Opened {
  readonly params: Params
  readonly signal: AbortSignal
  readonly notify: (notification: Notification) => void
  readonly end: (result: Result) => void
  readonly fail: (reason: unknown) => void
}

function setUp(options: ListenOptions = {}) {
  const streams: Opened[] = []
  const waiting: ((opened: Opened) => void)[] = []
  const subscription = listen(
    (params, signal, notify) =>
      new Promise<Result>((end, fail) => {
        const opened = { params, signal, notify, end, fail }
        const next = waiting.shift()
        if (next) next(opened)
        else streams.push(opened)
      }),
    { toolsListChanged: true },
    { timeoutMs: 1000, ...options },
  )
  const opened = () =>
    new Promise<Opened>((resolve) => {
      const ready = streams.shift()
      if (ready) resolve(ready)
      else waiting.push(resolve)
    })
  return { subscription, opened }
}

const acknowledged = {
  method: 'notifications/subscriptions/acknowledged',
  params: { notifications: { toolsListChanged: true } },
}
const tools = { method: 'notifications/tools/list_changed' }
const updated = (uri: string) => ({ method: 'notifications/resources/updated', params: { uri } })
const done: Result = { resultType: 'complete' }

async function all(subscription: AsyncIterable<Change>): Promise<readonly Change[]> {
  const changes: Change[] = []
  for await (const change of subscription) changes.push(change)
  return changes
}

test('gives changes until the server ends the subscription', async () => {
  const { subscription, opened } = setUp()
  const stream = await opened()
  assert.deepEqual(stream.params, { notifications: { toolsListChanged: true } })
  stream.notify(acknowledged)
  assert.deepEqual(await subscription.acknowledged, { toolsListChanged: true })
  stream.notify(tools)
  stream.notify(updated('a:1'))
  stream.notify({ method: 'notifications/tasks', params: { taskId: '1' } })
  stream.end(done)
  assert.deepEqual(await all(subscription), [
    { type: 'tools' },
    { type: 'resource', uri: 'a:1' },
    { type: 'other', notification: { method: 'notifications/tasks', params: { taskId: '1' } } },
  ])
})

test('SUB-11: opens a lost stream anew, and says that there was a gap', async () => {
  const { subscription, opened } = setUp()
  const first = await opened()
  first.notify(acknowledged)
  first.notify(tools)
  first.fail(new ConnectionError('lost'))
  const second = await opened()
  second.notify(acknowledged)
  second.notify(updated('a:1'))
  second.end(done)
  // What was waiting is part of the gap.
  assert.deepEqual(await all(subscription), [{ type: 'gap' }])
})

test('what waits is kept once, and becomes a gap when it is too much', async () => {
  const { subscription, opened } = setUp({ maxBuffered: 3 })
  const stream = await opened()
  stream.notify(acknowledged)
  for (let count = 0; count < 5; count++) stream.notify(tools)
  stream.notify(updated('a:1'))
  const reader = subscription[Symbol.asyncIterator]()
  assert.deepEqual((await reader.next()).value, { type: 'tools' })
  for (const uri of ['a:2', 'a:3', 'a:4', 'a:5']) stream.notify(updated(uri))
  assert.deepEqual((await reader.next()).value, { type: 'gap' })
  stream.notify(tools)
  assert.deepEqual((await reader.next()).value, { type: 'tools' })
})

test('ends with what the server refuses, and with what will not come back', async () => {
  const reasons = [
    new RpcError('no such method', { code: -32601 }),
    new ConnectionError('closed', { final: true }),
  ]
  for (const reason of reasons) {
    const { subscription, opened } = setUp()
    const stream = await opened()
    stream.fail(reason)
    await assert.rejects(all(subscription), reason)
    await assert.rejects(subscription.acknowledged, ConnectionError)
  }
})

test('gives up after as many losses in a row as it may', async () => {
  const { subscription, opened } = setUp({ maxReconnects: 1 })
  for (let count = 0; count < 2; count++) (await opened()).fail(new ConnectionError('lost'))
  await assert.rejects(all(subscription), /lost/)
})

test('a server that never acknowledges is lost too', async () => {
  const { subscription, opened } = setUp({ timeoutMs: 10, maxReconnects: 0 })
  const stream = await opened()
  await assert.rejects(all(subscription), TimeoutError)
  assert.equal(stream.signal.aborted, true)
})

test('ends by leaving the loop, by close, and by a signal', async () => {
  const control = new AbortController()
  const { subscription, opened } = setUp({ signal: control.signal })
  const stream = await opened()
  stream.notify(acknowledged)
  stream.notify(tools)
  for await (const change of subscription) {
    assert.equal(change.type, 'tools')
    break
  }
  assert.equal(stream.signal.aborted, true)

  const closing = setUp()
  setTimeout(() => closing.subscription.close(), 5)
  assert.deepEqual(await all(closing.subscription), [])

  const aborting = setUp({ signal: control.signal })
  setTimeout(() => control.abort(), 5)
  assert.deepEqual(await all(aborting.subscription), [])
})
