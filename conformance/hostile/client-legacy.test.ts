/** A client at an evil server of the older era. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient, InvalidResponseError } from '@lutra/client'
import { connectHttp } from '@lutra/client/connect-http'
import { type EvilServer, type Prey, startEvilServer } from './evil-server.ts'

const options = { retries: 0, timeoutMs: 2000, onWarning() {}, era: 'legacy' as const }
const json = { 'Content-Type': 'application/json' }
const greeting = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {}, resources: { subscribe: true } },
  serverInfo: { name: 'evil', version: '1' },
}

/** Greets as it should, and leaves the rest to `answer`. */
async function against(
  answer: (prey: Prey) => void,
  body: (client: Client, server: EvilServer) => Promise<void>,
): Promise<void> {
  await using server = await startEvilServer((prey) => {
    if (prey.method === 'initialize') prey.result(greeting)
    else if (/^notifications|^response/.test(prey.method)) prey.respond(202, {}, '')
    else answer(prey)
  })
  await using client = createClient(await connectHttp(server.url, options), options)
  await body(client, server)
}

/** An event stream that ends after some events. */
function events(prey: Prey, text: string): void {
  prey.stream()
  prey.socket.end(text)
}

test('a server that sends its client away at once, again and again, is not asked in a storm', async () => {
  let count = 0
  await against(
    (prey) => {
      count += 1
      // There is always something new, and never what was asked for.
      events(prey, `id: ${count}\nretry: 0\ndata: {"jsonrpc":"2.0","method":"notifications/x"}\n\n`)
    },
    async (client) => {
      await assert.rejects(client.callTool('x', {}, { timeoutMs: 1000, maxTimeoutMs: 1000 }))
      // The stream of the call and the one beside it.
      assert.ok(count < 100, `${count} requests`)
    },
  )
})

test('event ids that no header can carry break no client', async () => {
  const ids = [
    'ünïcödé',
    '\u0001\u001f',
    '\ud83d\ude00',
    '€'.repeat(4000),
    'a b\tc',
    '__proto__',
    '',
  ]
  let at = 0
  await against(
    (prey) => {
      if (prey.method === '' && !/^last-event-id/im.test(prey.head))
        return prey.respond(405, {}, '')
      if (at >= ids.length) {
        const done = { jsonrpc: '2.0', id: 2, result: { content: [] } }
        return events(prey, `data: ${JSON.stringify(done)}\n\n`)
      }
      events(prey, `id: ${ids[at++]}\nretry: 1\ndata:\n\n`)
    },
    async (client) => {
      await client.callTool('x').catch((error) => assert.match(String(error), /Error/))
      assert.ok(at > 1)
    },
  )
})

test('session ids that no header can carry are refused', async () => {
  for (const id of ['é', 'a b', 'x'.repeat(5000), '\u00a0', 'a\tb']) {
    await using server = await startEvilServer((prey) => {
      const message = { jsonrpc: '2.0', id: prey.id, result: greeting }
      prey.respond(200, { ...json, 'Mcp-Session-Id': id }, JSON.stringify(message))
    })
    await assert.rejects(connectHttp(server.url, options), /session id/)
  }
})

test('greetings of every shape, depth and length give an error that says what is wrong', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const odd = [
    'null',
    '1',
    '[]',
    '{}',
    '{"protocolVersion":1}',
    '{"protocolVersion":"__proto__"}',
    deep,
  ]
  for (const result of [...odd, `{"protocolVersion":"2025-11-25","capabilities":${deep}}`]) {
    await using server = await startEvilServer((prey) =>
      prey.respond(200, json, `{"jsonrpc":"2.0","id":${prey.id},"result":${result}}`),
    )
    await assert.rejects(connectHttp(server.url, options), ({ name, message }: Error) => {
      return name === 'ConnectError' && !message.includes('RangeError')
    })
  }
})

test('answers that are no messages, and answers to other calls, fail the call', async () => {
  const bodies = ['[]', '{}', '[1]', '[{"jsonrpc":"2.0","id":99,"result":{}}]', 'null', '{"id":2}']
  let body = ''
  await against(
    (prey) => (prey.method === '' ? prey.respond(405, {}, '') : prey.respond(200, json, body)),
    async (client) => {
      for (body of bodies) {
        await assert.rejects(client.callTool('x', {}, { timeoutMs: 300 }), ({ name }: Error) =>
          [InvalidResponseError.name, 'ConnectionError', 'TimeoutError'].includes(name),
        )
      }
    },
  )
})

test('a stream beside the calls that says anything at all disturbs none of them', async () => {
  let streams = 0
  await against(
    (prey) => {
      if (prey.method !== '') return prey.result({ content: [{ type: 'text', text: 'x' }] })
      streams += 1
      prey.stream()
      const said = [
        'data: nonsense\n\n',
        'data: [[[[]]]]\n\n',
        'data: {"jsonrpc":"2.0","id":99,"result":{"content":[{"type":"text","text":"forged"}]}}\n\n',
        'data: {"jsonrpc":"2.0","id":"a","method":"roots/list"}\n\n',
        'data: {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}\n\n',
        `data: ${'['.repeat(5000)}\n\n`,
      ]
      prey.socket.write(said.join(''))
    },
    async (client) => {
      for (let count = 0; count < 50; count++) {
        assert.equal((await client.callTool('x')).text, 'x')
        await sleep(1)
      }
      assert.ok(streams > 0)
    },
  )
})
