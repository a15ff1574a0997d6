import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '@lutra/client'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import { createMemoryStore } from '@lutra/core'
import { eventually } from '../eventually.ts'
import { createEventStore, startSdkServer } from './sdk-server.ts'

const options = (more: ConnectAnyOptions = {}): ConnectAnyOptions => ({
  store: createMemoryStore(),
  onWarning() {},
  ...more,
})

test('a server with sessions: probed, greeted, called, and left', async () => {
  await using server = await startSdkServer()
  const client = await connect(server.url, options())
  assert.equal(client.connection.era, 'legacy')
  assert.equal((await client.call('echo', { text: 'hi' })).text, 'hi')
  await assert.rejects(client.readResource('note://none'), { code: -32602 })
  const wrong = await client.callTool('echo', { text: 3 })
  assert.equal(wrong.isError, true)
  await client.close()
  assert.deepEqual(server.seen.slice(0, 3), [
    'POST server/discover',
    'POST initialize',
    'POST notifications/initialized',
  ])
  assert.equal(server.seen.at(-1), 'DELETE')
})

test('a server without sessions, answering JSON', async () => {
  await using server = await startSdkServer({ stateless: true, enableJsonResponse: true })
  await using client = await connect(server.url, options({ era: 'legacy' }))
  assert.equal((await client.call('echo', { text: 'hi' })).text, 'hi')
})

test('a server that forgot its sessions is greeted anew', async () => {
  await using server = await startSdkServer()
  await using client = await connect(server.url, options())
  server.forget()
  assert.equal((await client.call('echo', { text: 'again' })).text, 'again')
  assert.equal(server.seen.filter((one) => one === 'POST initialize').length, 2)
})

test('a stream that the server closes is polled until the answer is there', async () => {
  await using server = await startSdkServer({ eventStore: createEventStore(), retryInterval: 20 })
  await using client = await connect(server.url, options())
  assert.equal((await client.call('poll')).text, 'after the break')
})

test('a question by the standing stream is answered, by who was given or by the one call that runs', async () => {
  const elicit = () => ({ action: 'accept' as const, content: { name: 'Ada' } })
  await using server = await startSdkServer()
  await using client = await connect(server.url, options({ answer: { elicit } }))
  assert.match((await client.call('ask-aside')).text, /Ada/)
})

test('an errand at a URL is run, and the call goes through afterwards', async () => {
  const opened: string[] = []
  const elicitUrl = ({ url }: { url: URL }) => {
    opened.push(url.href)
    return { action: 'accept' as const }
  }
  await using server = await startSdkServer()
  await using client = await connect(server.url, options({ answer: { elicitUrl } }))
  assert.equal((await client.call('sign-in')).text, 'signed in')
  assert.deepEqual(opened, ['https://example.test/in'])
})

test('changes are heard of', async () => {
  await using server = await startSdkServer()
  await using client = await connect(server.url, options())
  await using changes = client.listen({
    toolsListChanged: true,
    resourceSubscriptions: ['note://one'],
  })
  assert.deepEqual(await changes.acknowledged, {
    toolsListChanged: true,
    resourceSubscriptions: ['note://one'],
  })
  await client.call('grow')
  const heard: Change[] = []
  for await (const change of changes) {
    heard.push(change)
    if (heard.length === 2) break
  }
  const types = heard.map(({ type }) => type).sort()
  assert.deepEqual(types, ['resource', 'tools'])
})

test('a call that is given up is cancelled at the server', async () => {
  await using server = await startSdkServer()
  await using client = await connect(server.url, options())
  await assert.rejects(client.call('slow', {}, { signal: AbortSignal.timeout(50) }), {
    name: 'TimeoutError',
  })
  await client.call('echo', { text: 'still there' })
  await eventually(() => server.seen.includes('POST notifications/cancelled'), 'its cancellation')
})
