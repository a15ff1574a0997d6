import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Auth } from '@lutra/core'
import { createServer, kit, resource, tool } from '@lutra/server'
import { createLegacyHttp } from './http.ts'
import { codeOf, exchange, greet, type Json, textOf } from './http-client.test.ts'
import { createLegacySession } from './session.ts'

const make = () =>
  createServer({
    name: 'test',
    version: '1',
    tools: [
      tool({ name: 'open', description: 'x', run: (_args, { header }) => String(header?.('x-a')) }),
      kit()
        .scopes('write')
        .tool({
          name: 'write',
          description: 'x',
          input: {
            type: 'object',
            properties: { to: { type: 'string', 'x-mcp-header': 'To' } },
          },
          run: () => 'written',
        }),
    ],
    resources: [resource({ uri: 'doc://1', scopes: ['docs'], read: () => '' })],
    onError: () => {},
  })

const as = (...scopes: string[]): Auth => ({ subject: 'ada', scopes, claims: {} })
const namesIn = (json: Json) =>
  ((json['result'] as Json)['tools'] as { name: string }[]).map(({ name }) => name)
const scopesIn = (json: Json) => ((json['error'] as Json)['data'] as Json)['scopes']

for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
  test(`[AUTH-08] scopes hold over HTTP for a ${version} client, token by token`, async () => {
    const door = createLegacyHttp(make())
    const few = await greet(door, { version, auth: as() })
    const more = { auth: as('write') }
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    assert.deepEqual(namesIn((await few.request(1, 'tools/list')).json), ['open'])
    assert.deepEqual(namesIn((await few.send({ ...more, body: list })).json), ['open', 'write'])
    const refused = await few.call(2, 'write')
    assert.deepEqual([codeOf(refused.json), scopesIn(refused.json)], [-32600, ['write']])
    const write = {
      ...list,
      method: 'tools/call',
      params: { name: 'write', arguments: { to: 'x' } },
    }
    assert.equal(textOf((await few.send({ ...more, body: write })).json), 'written')
    door.close()
  })
}

test('a legacy session without authentication does not reach what has scopes', async () => {
  const door = createLegacyHttp(make())
  const client = await greet(door)
  assert.deepEqual(namesIn((await client.request(1, 'tools/list')).json), ['open'])
  assert.equal(codeOf((await client.call(2, 'write')).json), -32603)
  const body = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'write' } }
  assert.equal(codeOf((await exchange(door, { body })).json), -32603)
  const asked = { ...body, params: { name: 'open' } }
  assert.equal(textOf((await client.send({ body: asked, headers: { 'x-a': 'b' } })).json), 'b')
  door.close()
})

test('HTTP+SSE without authentication does not reach what has scopes', async () => {
  const door = createLegacyHttp(make())
  const headers = { accept: 'text/event-stream' }
  const stream = await exchange(door, { method: 'GET', url: '/sse', headers })
  const { data: url = '' } = await stream.event()
  const post = (body: Json) => exchange(door, { url, body: { jsonrpc: '2.0', ...body } })
  const clientInfo = { name: 'c', version: '1' }
  const hello = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo }
  await post({ id: 1, method: 'initialize', params: hello })
  await stream.message()
  await post({ id: 2, method: 'tools/list' })
  assert.deepEqual(namesIn(await stream.message()), ['open'])
  await post({ id: 3, method: 'tools/call', params: { name: 'write' } })
  assert.equal(codeOf(await stream.message()), -32603)
  stream.leave()
  door.close()
})

test('a legacy session over a pipe is the user of the process', async () => {
  const sent: Json[] = []
  const session = createLegacySession(make(), { send: (message) => sent.push(message as never) })
  const clientInfo = { name: 'c', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  session.receive({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
  session.receive({ jsonrpc: '2.0', id: 2, method: 'tools/list' })
  while (!sent.some(({ id }) => id === 2)) await new Promise((resolve) => setTimeout(resolve, 1))
  assert.deepEqual(namesIn(sent.find(({ id }) => id === 2) ?? {}), ['open', 'write'])
  session.close()
})

test('subscribing to a resource takes its scopes, and losing them ends nothing else', async () => {
  const server = make()
  const door = createLegacyHttp(server)
  const auth = as('docs')
  const client = await greet(door, { auth: as() })
  const subscribe = {
    jsonrpc: '2.0',
    id: 1,
    method: 'resources/subscribe',
    params: { uri: 'doc://1' },
  }
  const refused = await client.send({ body: subscribe })
  assert.deepEqual([codeOf(refused.json), scopesIn(refused.json)], [-32600, ['docs']])
  assert.deepEqual((await client.send({ auth, body: subscribe })).json['result'], {})

  const having = await client.send({ auth, method: 'GET' })
  await turn()
  server.notify.resourceUpdated('doc://1')
  const told = await having.message()
  assert.equal(told['method'], 'notifications/resources/updated')

  const without = await client.listen()
  await having.closed
  await turn()
  server.notify.resourceUpdated('doc://1')
  server.notify.toolsChanged()
  assert.equal((await without.message())['method'], 'notifications/tools/list_changed')
  door.close()
})

const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
