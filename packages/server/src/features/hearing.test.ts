import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bus, Notification } from '@lutra/core'
import { createServer, resource, type Server, tool } from '@lutra/server'
import { callOf, turn } from '../../test/calls.ts'
import { createLossyBus } from '../../test/lossy-bus.ts'
import { createHearing } from './hearing.ts'

const serverOn = (bus: Bus) =>
  createServer({
    name: 'test',
    version: '1',
    bus,
    tools: [tool({ name: 't', description: 'x', run: () => '' })],
    resources: [
      resource({ uri: 'a://b', read: () => '' }),
      resource({ uri: 'a://secret', scopes: ['more'], read: () => '' }),
    ],
  })

function listen(server: Server, notifications: Record<string, unknown>, id = 1) {
  const call = callOf('subscriptions/listen', { notifications }, { id })
  const result = server(call)
  return { told: () => call.told.map(nameOf), cancel: call.cancel, result }
}

function nameOf({ method, params }: Notification): string {
  const { uri } = params ?? {}
  return `${method.slice('notifications/'.length)}${typeof uri === 'string' ? ` ${uri}` : ''}`
}

const acknowledged = 'subscriptions/acknowledged'

test('[SUB-02] nothing is acknowledged before the bus hears, and nothing after it is missed', async () => {
  const { bus, begin } = createLossyBus()
  const server = serverOn(bus)
  const early = listen(server, { toolsListChanged: true })
  await turn()
  assert.deepEqual(early.told(), [])
  const late = listen(server, { resourceSubscriptions: ['a://b'] }, 2)
  begin()
  await turn()
  server.notify.toolsChanged()
  server.notify.resourceUpdated('a://b')
  await turn()
  assert.deepEqual(early.told(), [acknowledged, 'tools/list_changed'])
  assert.deepEqual(late.told(), [acknowledged, 'resources/updated a://b'])
  const third = listen(server, {}, 3)
  assert.deepEqual(third.told(), [acknowledged], 'a bus that hears is not waited for')
  await server.close()
})

test('after a gap everybody is told, once, that all they listen to may have changed', async () => {
  const { bus, begin, state, recover } = createLossyBus()
  const server = serverOn(bus)
  const lists = listen(server, { toolsListChanged: true, resourcesListChanged: true })
  const uris = listen(server, { resourceSubscriptions: ['a://b', 'a://c'] }, 2)
  begin()
  await turn()
  state.lossy = true
  server.notify.toolsChanged()
  server.notify.resourceUpdated('a://b')
  recover()
  recover()
  await turn()
  assert.deepEqual(lists.told(), [acknowledged, 'tools/list_changed', 'resources/list_changed'])
  assert.deepEqual(uris.told(), [
    acknowledged,
    'resources/updated a://b',
    'resources/updated a://c',
  ])
  await server.close()
})

test('who leaves or is sent away while the bus is slow leaves nothing behind', async () => {
  const { bus, begin, state } = createLossyBus()
  const server = serverOn(bus)
  const gone = listen(server, { toolsListChanged: true })
  gone.cancel()
  await gone.result
  assert.equal(state.subscriptions, 0)
  const waiting = listen(server, { toolsListChanged: true }, 2)
  await server.close()
  await waiting.result
  begin()
  await turn()
  assert.deepEqual(gone.told(), [])
  assert.deepEqual(waiting.told(), [acknowledged], 'a result is never the first that is told')
  assert.equal(state.subscriptions, 0)
})

test('a bus that does not come is not waited for, and is heard out once it does', async () => {
  const { bus, begin } = createLossyBus()
  let missed = 0
  const hearing = createHearing({
    sources: () => [{ bus, topic: 'x' }],
    hear() {},
    missed: () => void missed++,
    patienceMs: 5,
  })
  await hearing.begin()
  assert.equal(hearing.begin(), undefined)
  assert.equal(missed, 0)
  begin()
  await turn()
  assert.equal(missed, 1)
  hearing.end()
})

test('a gap told of by several buses counts once, and after the end not at all', async () => {
  const buses = [createLossyBus(), createLossyBus()]
  let missed = 0
  const hearing = createHearing({
    sources: () => buses.map(({ bus }) => ({ bus, topic: 'x' })),
    hear() {},
    missed: () => void missed++,
  })
  const ready = hearing.begin()
  for (const { begin } of buses) begin()
  await ready
  for (const { recover } of buses) recover()
  await turn()
  assert.equal(missed, 1)
  for (const { recover } of buses) recover()
  hearing.end()
  await turn()
  assert.equal(missed, 1)
})
