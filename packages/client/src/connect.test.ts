import assert from 'node:assert/strict'
import { execPath } from 'node:process'
import { test } from 'node:test'
import { createMemoryStore, type Handler, joinedPipes, type Message, type Pipe } from '@lutra/core'
import { connect } from './connect.ts'

const discovery = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  ttlMs: 0,
  cacheScope: 'public',
}

const server: Handler = async ({ method, params }) => {
  if (method === 'server/discover') return discovery
  return { resultType: 'complete', content: [{ type: 'text', text: `called ${params['name']}` }] }
}

const legacyResults = new Map<string, object>([
  ['initialize', { protocolVersion: '2025-06-18', capabilities: { tools: {} } }],
  ['tools/call', { content: [{ type: 'text', text: 'called old' }] }],
])

/** A legacy server that ends when it is asked anything before the handshake. */
function touchyPipe(): Pipe {
  const [near, far] = joinedPipes()
  void (async () => {
    for await (const message of far.incoming) {
      if (!('method' in message) || !('id' in message)) continue
      const result = legacyResults.get(message.method)
      if (!result) return far.close()
      far.send({ jsonrpc: '2.0', id: message.id, result } as Message)
    }
  })()
  return near
}

test('a server in the same process', async () => {
  await using client = await connect(server)
  assert.equal((await client.callTool('x')).text, 'called x')
  assert.equal(client.connection.era, 'modern')
})

test('a URL, as text, as an object, and with headers of its own', async () => {
  const seen: (string | null)[] = []
  const fetch = async (_: unknown, init: RequestInit = {}) => {
    seen.push(new Headers(init.headers).get('x-key'))
    const { id } = JSON.parse(String(init.body))
    return new Response(JSON.stringify({ jsonrpc: '2.0', id, result: discovery }), {
      headers: { 'content-type': 'application/json' },
    })
  }
  const options = { fetch: fetch as typeof globalThis.fetch, store: createMemoryStore() }
  const url = 'https://example.test/mcp'
  for (const target of [url, new URL(url), { url, headers: { 'X-Key': '1' } }]) {
    const client = await connect(target, options)
    assert.equal(client.connection.era, 'modern')
    await client.close()
  }
  assert.deepEqual(seen, [null, null, '1'])
})

test('a command, whose means are loaded when they are needed', async () => {
  const script = `process.stdin.on('data', (text) => {
    for (const line of String(text).trim().split('\\n')) {
      const { id, method } = JSON.parse(line)
      const result = ${JSON.stringify(Object.fromEntries(legacyResults))}[method]
      const answer = result ? { result } : { error: { code: -32601, message: 'no' } }
      if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    }
  })`
  await using client = await connect({ command: execPath, args: ['-e', script] })
  assert.equal(client.connection.era, 'legacy')
  assert.equal((await client.callTool('x')).text, 'called old')
})

test('a command is started by what was given for it', async () => {
  const commands: unknown[] = []
  const stdio = async (command: unknown) => {
    commands.push(command)
    return (await connect(server)).connection
  }
  await using client = await connect({ command: 'no-such-program' }, { stdio })
  assert.deepEqual(commands, [{ command: 'no-such-program' }])
  assert.equal(client.connection.era, 'modern')
})

test('a pipe, and why it cannot be opened again', async () => {
  await using client = await connect(touchyPipe(), { era: 'legacy' })
  assert.equal((await client.callTool('x')).text, 'called old')
  await assert.rejects(connect(touchyPipe()), /fresh one with era: 'legacy'/)
})

test('a connection that is there already', async () => {
  const first = await connect(server)
  await using client = await connect(first.connection)
  assert.equal((await client.callTool('y')).text, 'called y')
})

test('anything else is refused with what could have been given', async () => {
  for (const wrong of [{}, undefined, null, 3]) {
    await assert.rejects(connect(wrong as unknown as string), /Expected a URL, a server/)
  }
  await assert.rejects(connect('not a url'), TypeError)
  await assert.rejects(connect('ftp://example.test'), /http or https/)
})
