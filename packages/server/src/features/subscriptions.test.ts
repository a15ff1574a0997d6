import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bus, createMemoryBus, encodeNotification, type Id, RpcError } from '@lutra/core'
import { createServer, prompt, resource, type ServerOptions, tool } from '@lutra/server'
import { ask, callOf, turn } from '../../test/calls.ts'

const tag = 'io.modelcontextprotocol/subscriptionId'
const base = {
  name: 'test',
  version: '1',
  tools: [tool({ name: 't', description: 'x', run: () => '' })],
  prompts: [prompt({ name: 'p', render: () => '' })],
  resources: [resource({ uri: 'a://b', read: () => '' })],
}
const everything = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourcesListChanged: true,
  resourceSubscriptions: ['a://b'],
}

function listen(server: ReturnType<typeof createServer>, notifications: unknown, id: Id = 1) {
  const call = callOf('subscriptions/listen', { notifications }, { id })
  return { call, told: call.told, cancel: call.cancel, result: server(call) }
}

const serverOf = (options: Partial<ServerOptions> = {}) =>
  createServer({ ...base, ...options } as ServerOptions)

test('[SUB-02, SUB-03, SUB-04, SUB-05] the acknowledgement comes first and says what is honoured; changes are tagged', async () => {
  const server = serverOf()
  const { told } = listen(server, everything, 'one')
  assert.deepEqual(told, [
    {
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: everything, _meta: { [tag]: 'one' } },
    },
  ])
  server.notify.toolsChanged()
  server.notify.promptsChanged()
  server.notify.resourcesChanged()
  server.notify.resourceUpdated('a://b')
  const _meta = { [tag]: 'one' }
  assert.deepEqual(told.slice(1), [
    { method: 'notifications/tools/list_changed', params: { _meta } },
    { method: 'notifications/prompts/list_changed', params: { _meta } },
    { method: 'notifications/resources/list_changed', params: { _meta } },
    { method: 'notifications/resources/updated', params: { uri: 'a://b', _meta } },
  ])
  await server.close()
})

test('[SUB-01] nothing is sent that was not asked for', async () => {
  const server = serverOf()
  const some = listen(server, { toolsListChanged: true, promptsListChanged: false })
  const none = listen(server, {}, 2)
  server.notify.promptsChanged()
  server.notify.resourcesChanged()
  server.notify.resourceUpdated('a://b')
  server.notify.toolsChanged()
  assert.deepEqual(
    some.told.map(({ method }) => method),
    ['notifications/subscriptions/acknowledged', 'notifications/tools/list_changed'],
  )
  assert.deepEqual(none.told, [
    {
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: {}, _meta: { [tag]: 2 } },
    },
  ])
  await server.close()
})

test('what the server does not have is not honoured', async () => {
  const server = createServer({ name: 'test', version: '1', tools: base.tools })
  const { told } = listen(server, { ...everything, taskIds: ['x'] })
  assert.deepEqual(told[0]?.params?.['notifications'], { toolsListChanged: true })
  await server.close()
})

test('[SUB-05] falsy ids are ids, and keep their type', async () => {
  const server = serverOf()
  for (const id of [0, '', '1', 1]) {
    const { told, result, cancel } = listen(server, { toolsListChanged: true }, id)
    server.notify.toolsChanged()
    for (const { params } of told) assert.deepEqual(params?.['_meta'], { [tag]: id })
    assert.equal(told.length, 2)
    cancel()
    assert.equal((await result)._meta?.[tag], id)
  }
})

test('each notification carries its text, the same as if it were encoded', async () => {
  const server = serverOf()
  const { told } = listen(server, everything, 'a"b\u2028')
  server.notify.toolsChanged()
  server.notify.resourceUpdated('a://b')
  for (const one of told) {
    const text = JSON.stringify({ jsonrpc: '2.0', ...one })
    assert.deepEqual(JSON.parse(encodeNotification(one)), JSON.parse(text))
  }
  await server.close()
})

test('[SUB-09] closing ends each subscription with its result, and takes no more', async () => {
  const server = serverOf()
  const one = listen(server, everything)
  const two = listen(server, {}, 2)
  await server.close()
  const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'test', version: '1' } }
  assert.deepEqual(await one.result, { resultType: 'complete', _meta: { ..._meta, [tag]: 1 } })
  assert.deepEqual(await two.result, { resultType: 'complete', _meta: { ..._meta, [tag]: 2 } })
  server.notify.toolsChanged()
  assert.equal(one.told.length, 1)
  await assert.rejects(listen(server, {}).result, /This server is closing/)
  assert.ok(await ask(server, 'tools/list'), 'other calls go on')
})

test('who has cancelled hears no more', async () => {
  const server = serverOf()
  const { told, cancel, result } = listen(server, everything)
  cancel()
  await result
  server.notify.toolsChanged()
  assert.equal(told.length, 1)
  const controller = new AbortController()
  controller.abort()
  const gone = callOf('subscriptions/listen', { notifications: {} }, { signal: controller.signal })
  assert.ok(await server(gone), 'who was gone already does not stay')
})

test('malformed filters are -32602', async () => {
  const server = serverOf()
  const wrong = [
    undefined,
    null,
    [],
    'tools',
    { toolsListChanged: 1 },
    { resourceSubscriptions: 'a://b' },
    { resourceSubscriptions: [1] },
    { resourceSubscriptions: ['x'.repeat(10_000)] },
  ]
  for (const notifications of wrong) {
    await assert.rejects(listen(server, notifications).result, (error) => {
      return error instanceof RpcError && error.code === -32602
    })
  }
})

test('subscriptions and their URIs are bounded', async () => {
  const server = serverOf({ limits: { subscriptions: 2, urisPerSubscription: 2 } })
  const uris = { resourceSubscriptions: ['a://1', 'a://2', 'a://3'] }
  await assert.rejects(listen(server, uris).result, /may name 2 resources/)
  const first = listen(server, {})
  listen(server, {}, 2)
  await assert.rejects(listen(server, {}, 3).result, /has 2 subscriptions open/)
  first.cancel()
  await first.result
  const again = listen(server, {}, 4)
  assert.equal(again.told.length, 1)
  await server.close()
})

test('a URI that is named twice is told of once', async () => {
  const server = serverOf()
  const { told } = listen(server, { resourceSubscriptions: ['a://x', 'a://x', 'tools'] })
  server.notify.resourceUpdated('a://x')
  server.notify.toolsChanged()
  assert.equal(told.length, 2)
  server.notify.resourceUpdated('tools')
  assert.equal(told.length, 3)
  await server.close()
})

/** A bus that counts. */
function countingBus() {
  const bus = createMemoryBus()
  const counts = { open: 0, all: 0 }
  const counting: Bus = {
    ...bus,
    subscribe(topic, hear) {
      counts.open++
      counts.all++
      const end = bus.subscribe(topic, hear)
      return () => {
        counts.open--
        end()
      }
    },
  }
  return { bus: counting, counts }
}

test('one bus subscription serves all streams, and ends with the last of them', async () => {
  const { bus, counts } = countingBus()
  const server = serverOf({ bus })
  assert.equal(counts.open, 0)
  const streams = [...Array(50).keys()].map((id) => listen(server, everything, id))
  assert.deepEqual(counts, { open: 1, all: 1 })
  server.notify.toolsChanged()
  assert.ok(streams.every(({ told }) => told.length === 2))
  for (const { cancel } of streams) cancel()
  await Promise.all(streams.map(({ result }) => result))
  assert.equal(counts.open, 0)
})

test('a change on one instance is told by the others too', async () => {
  const bus = createMemoryBus()
  const [one, two] = [serverOf({ bus }), serverOf({ bus })]
  const other = serverOf({ bus, name: 'another' })
  const { told } = listen(two, everything)
  const strange = listen(other, everything)
  one.notify.toolsChanged()
  assert.equal(told.length, 2)
  assert.equal(strange.told.length, 1)
  await two.close()
  await other.close()
})

test('what a bus brings that is no change is left alone', async () => {
  const bus = createMemoryBus()
  const server = serverOf({ bus })
  const { told } = listen(server, everything)
  for (const message of [null, 7, 'tools', {}, { list: 'x' }, { list: ['tools'] }, { uri: 7 }]) {
    await bus.publish('lutra/changes/test', message)
  }
  assert.equal(told.length, 1)
  await server.close()
})

test('a bus that fails, and a stream that throws, do not stop the server', async () => {
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const failing: Bus = {
    publish: async () => Promise.reject(new Error('down')),
    subscribe: () => () => {},
  }
  serverOf({ bus: failing, onError }).notify.toolsChanged()
  const throwing: Bus = {
    publish() {
      throw new Error('worse')
    },
    subscribe: () => () => {},
  }
  serverOf({ bus: throwing, onError }).notify.toolsChanged()
  await turn()
  assert.deepEqual(errors.map(String).sort(), ['Error: down', 'Error: worse'])

  const server = serverOf({ onError })
  let count = 0
  const bad = callOf(
    'subscriptions/listen',
    { notifications: everything },
    {
      id: 1,
      notify() {
        if (count++ > 0) throw new Error('gone')
      },
    },
  )
  const ended = server(bad)
  const good = listen(server, everything, 2)
  server.notify.toolsChanged()
  assert.equal(good.told.length, 2)
  assert.ok(await ended, 'the stream that throws has ended')
  assert.equal(String(errors[2]), 'Error: gone')
  await server.close()
})

test('a stream that cannot even be acknowledged leaves nothing behind', async () => {
  const { bus, counts } = countingBus()
  const server = serverOf({ bus, onError() {} })
  const notify = () => {
    throw new Error('gone')
  }
  const call = callOf('subscriptions/listen', { notifications: everything }, { notify })
  await assert.rejects(server(call), /Internal error/)
  assert.equal(counts.open, 0)
})

test('[SUB-12] definitions that come and go are told of, once for each kind', async () => {
  const server = serverOf()
  const { told } = listen(server, everything)
  let known = 1
  const heard = () => {
    const methods = told.slice(known).map(({ method }) => method)
    known = told.length
    return methods
  }
  const extra = [1, 2].map((n) => tool({ name: `new${n}`, description: 'x', run: () => `${n}` }))
  server.add(...extra, prompt({ name: 'new', render: () => '' }))
  assert.deepEqual(heard(), [
    'notifications/tools/list_changed',
    'notifications/prompts/list_changed',
  ])
  assert.ok(await ask(server, 'tools/call', { name: 'new2' }))
  assert.equal(server.remove('tool', 'new2'), true)
  assert.deepEqual(heard(), ['notifications/tools/list_changed'])
  await assert.rejects(ask(server, 'tools/call', { name: 'new2' }), /Unknown tool/)
  assert.equal(server.remove('tool', 'new2'), false)
  assert.equal(server.remove('resource', 'a://b'), true)
  assert.deepEqual(heard(), ['notifications/resources/list_changed'])
  assert.throws(() => server.add(...extra), /Two tools are named "new1"/)
  assert.deepEqual(heard(), [])
  assert.ok(await ask(server, 'tools/call', { name: 'new1' }), 'what failed changed nothing')
  await server.close()
})
