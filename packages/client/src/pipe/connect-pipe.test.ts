import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinedPipes, type Message, type Params, type Pipe, type RequestMessage } from '@lutra/core'
import type { ClientOptions } from '../options.ts'
import { createClient } from '../words/create-client.ts'
import { connectPipe } from './connect-pipe.ts'

/** A server that answers by hand: every message that it got, and what it says back. */
async function setUp(
  answer: (request: RequestMessage, far: Pipe) => void,
  options: ClientOptions = {},
) {
  const [near, far] = joinedPipes()
  const seen: Message[] = []
  void (async () => {
    for await (const message of far.incoming) {
      seen.push(message)
      if (!('method' in message) || !('id' in message)) continue
      const result = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} }
      if (message.method !== 'server/discover') answer(message, far)
      else void far.send({ jsonrpc: '2.0', id: message.id, result })
    }
  })()
  const quiet = { onWarning() {}, ...options }
  return { seen, far, client: createClient(await connectPipe(near, quiet), quiet) }
}

const said = (text: string) => ({ resultType: 'complete', content: [{ type: 'text', text }] })
const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const requests = (seen: readonly Message[]) =>
  seen.filter((message): message is RequestMessage => 'method' in message && 'id' in message)

test('WIRE-01 WIRE-05 WIRE-06 WIRE-07 WIRE-33: each request is one object with an id of its own and the envelope', async () => {
  const { client, seen } = await setUp(
    ({ id, method, params }, far) => {
      const asking = method === 'tools/call' && params?.['inputResponses'] === undefined
      const inputRequests = { r: { method: 'roots/list' as const } }
      const result = asking
        ? { resultType: 'input_required', inputRequests, requestState: 's' }
        : { ...said('ok'), tools: [] }
      void far.send({ jsonrpc: '2.0', id, result })
    },
    { answer: { roots: [] } },
  )
  await client.listTools()
  await client.call('x')
  client.listen({ toolsListChanged: true })
  await settled()
  await client.close()
  const sent = requests(seen)
  const methods = [
    'server/discover',
    'tools/list',
    'tools/call',
    'tools/call',
    'subscriptions/listen',
  ]
  assert.deepEqual(
    sent.map(({ method }) => method),
    methods,
  )
  assert.equal(new Set(sent.map(({ id }) => id)).size, methods.length)
  for (const { jsonrpc, id, params } of sent) {
    assert.equal(jsonrpc, '2.0')
    assert.ok(Number.isInteger(id))
    const meta = params?.['_meta'] as Params
    assert.equal(meta['io.modelcontextprotocol/protocolVersion'], '2026-07-28')
    assert.equal(typeof meta['io.modelcontextprotocol/clientCapabilities'], 'object')
  }
})

test('MRTR-20 MRTR-21: answers go with the retry alone, under a new id, never with a call beside it', async () => {
  const { client, seen } = await setUp(
    ({ id, params = {} }, far) => {
      const asking = params['name'] === 'ask' && params['inputResponses'] === undefined
      const inputRequests = { r: { method: 'roots/list' as const } }
      const result = asking
        ? { resultType: 'input_required', inputRequests, requestState: 's' }
        : said('ok')
      void far.send({ jsonrpc: '2.0', id, result })
    },
    { answer: rootsLater },
  )
  await Promise.all([client.call('ask'), client.call('plain'), client.call('ask')])
  const calls = requests(seen).filter(({ method }) => method === 'tools/call')
  assert.equal(new Set(calls.map(({ id }) => id)).size, 5)
  const answering = calls.filter(({ params }) => params?.['requestState'] === 's')
  assert.equal(answering.length, 2)
  assert.ok(answering.every(({ params }) => params?.['name'] === 'ask'))
  assert.ok(
    calls.every(({ params = {} }) => 'inputResponses' in params === 'requestState' in params),
  )
})

const rootsLater = {
  roots: async () => {
    await settled()
    return []
  },
}

test('STDIO-02 STDIO-03 WIRE-04 WIRE-13 WIRE-14: nothing but requests and notifications is written, whatever comes', async () => {
  const { client, seen, far } = await setUp(({ id, method }, pipe) => {
    if (method === 'prompts/list') return
    void pipe.send({ jsonrpc: '2.0', id: 'own', method: 'roots/list' })
    void pipe.send({ jsonrpc: '2.0', method: 'notifications/message', params: {} })
    void pipe.send({ jsonrpc: '2.0', method: 'x/unheard-of' })
    void pipe.send({ jsonrpc: '2.0', id: 99, result: {} })
    void pipe.send({ jsonrpc: '2.0', error: { code: -32700, message: 'what?' } })
    void pipe.send({ jsonrpc: '2.0', id, result: said('ok') })
  })
  assert.equal((await client.call('x')).text, 'ok')
  await assert.rejects(client.listPrompts({ timeoutMs: 10 }), /took longer/)
  // Too late, for a call that was cancelled.
  await far.send({ jsonrpc: '2.0', id: 3, result: { prompts: [] } })
  await settled()
  assert.ok(seen.every((message) => 'method' in message))
  const notifications = seen.filter((message) => !('id' in message))
  assert.deepEqual(notifications, [
    {
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: {
        requestId: 3,
        reason: 'prompts/list took longer than 10 ms; raise timeoutMs to wait longer',
      },
    },
  ])
})

test('STDIO-08 SUB-07: each subscription hears its own changes', async () => {
  const ids: (string | number)[] = []
  const { client, far } = await setUp(({ id }, pipe) => {
    ids.push(id)
    const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
    const method = 'notifications/subscriptions/acknowledged'
    void pipe.send({ jsonrpc: '2.0', method, params: { _meta, notifications: {} } })
  })
  const one = client.listen({ resourceSubscriptions: ['a:'] })
  const two = client.listen({ resourceSubscriptions: ['b:'] })
  await Promise.all([one.acknowledged, two.acknowledged])
  const update = (id: unknown, uri: string) => {
    const params = { uri, _meta: { 'io.modelcontextprotocol/subscriptionId': id } }
    void far.send({ jsonrpc: '2.0', method: 'notifications/resources/updated', params })
  }
  update(ids[1], 'b:')
  update(String(ids[0]), 'stray:')
  update(ids[0], 'a:')
  const first = async (changes: AsyncIterable<unknown>) => {
    for await (const change of changes) return change
    return undefined
  }
  assert.deepEqual(await first(one), { type: 'resource', uri: 'a:' })
  assert.deepEqual(await first(two), { type: 'resource', uri: 'b:' })
})

test('UTIL-10: a server may end a subscription by its result, by a cancellation, or by both', async () => {
  const { client, far } = await setUp(({ id, method: asked }, pipe) => {
    if (asked !== 'subscriptions/listen') return
    const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
    const method = 'notifications/subscriptions/acknowledged'
    void pipe.send({ jsonrpc: '2.0', method, params: { _meta, notifications: {} } })
    void pipe.send({ jsonrpc: '2.0', id, result: { resultType: 'complete', _meta } })
    void pipe.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } })
  })
  for await (const change of client.listen({ toolsListChanged: true })) assert.fail(String(change))
  // A cancellation of anything else is none of a server's business, and changes nothing.
  const call = client.call('x', {}, { timeoutMs: 50 })
  await far.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } })
  await assert.rejects(call, /tools\/call took longer/)
})
