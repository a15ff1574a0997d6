/** A client at an evil HTTP server: every call ends, in time, with an error that says why. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  type Client,
  createClient,
  HttpError,
  InvalidResponseError,
  TimeoutError,
} from '@lutra/client'
import { connectHttp } from '@lutra/client/connect-http'
import { RpcError } from '@lutra/core'
import { type Prey, startEvilServer, writeEndlessly } from './evil-server.ts'

const kibi = 1024
const options = { retries: 0, timeoutMs: 20_000, maxResponseBytes: 256 * kibi, onWarning() {} }

/** Runs `body` with a client at a server that gives such answers, by each means to send. */
function against(
  name: string,
  answer: (prey: Prey) => void,
  body: (client: Client) => Promise<void>,
): void {
  const senders = {
    agent: {},
    fetch: { fetch: (...given: Parameters<typeof fetch>) => fetch(...given) },
  }
  for (const [means, sender] of Object.entries(senders)) {
    test(`${means}: ${name}`, async () => {
      await using server = await startEvilServer(answer)
      const connection = await connectHttp(server.url, { ...options, ...sender, era: 'modern' })
      await using client = createClient(connection, options)
      await body(client)
    })
  }
}

const call = (client: Client) => client.callTool('x')
const chunk = Buffer.alloc(64 * kibi, 'x')

against(
  'headers without end',
  ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    void writeEndlessly(socket, Buffer.from(`X-Endless: ${'x'.repeat(1000)}\r\n`))
  },
  (client) => assert.rejects(call(client), /No response from/),
)

against(
  'interim responses without end',
  ({ socket }) =>
    void writeEndlessly(
      socket,
      Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(100)),
    ),
  (client) => assert.rejects(client.callTool('x', {}, { timeoutMs: 200 })),
)

against(
  'a switch to another protocol',
  ({ socket }) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  (client) => assert.rejects(call(client), /No response from/),
)

against(
  'a body without end',
  ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n')
    void writeEndlessly(socket, chunk)
  },
  (client) => assert.rejects(call(client), /longer than 262144 bytes/),
)

against(
  'an error page without end',
  ({ socket }) => {
    socket.write('HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n')
    void writeEndlessly(socket, chunk)
  },
  (client) => assert.rejects(call(client), /longer than 262144 bytes/),
)

for (const [what, part] of [
  ['data', 'x'],
  ['empty lines of data', 'data\n'],
  ['data without a value', 'data:\n'],
] as const) {
  against(
    `an event without end, of ${what}`,
    (prey) => {
      prey.stream()
      prey.socket.write('data: {')
      void writeEndlessly(prey.socket, Buffer.from(part.repeat(1000)))
    },
    (client) => assert.rejects(call(client), /longer than 262144 bytes/),
  )
}

for (const [what, part] of [
  ['comments', `:${'x'.repeat(1000)}\n`],
  ['one comment', ':'],
  ['events of other names', 'event: other\ndata: x\n\n'],
  ['empty events', '\n\n'],
  ['ids and times', 'id: 1\nretry: 0\n'],
] as const) {
  against(
    `a stream that never comes to the point, of ${what}`,
    (prey) => {
      prey.stream()
      void writeEndlessly(prey.socket, Buffer.from(part.repeat(20)))
    },
    (client) => assert.rejects(client.callTool('x', {}, { timeoutMs: 200 }), TimeoutError),
  )
}

against(
  'progress without end extends no call beyond its hard limit',
  (prey) => {
    prey.stream()
    const params = { progressToken: prey.id, progress: 1, message: 'x'.repeat(1000) }
    const event = { jsonrpc: '2.0', method: 'notifications/progress', params }
    void writeEndlessly(prey.socket, Buffer.from(`data: ${JSON.stringify(event)}\n\n`.repeat(5)))
  },
  async (client) => {
    const limits = { timeoutMs: 1500, maxTimeoutMs: 2500 }
    await assert.rejects(client.callTool('x', {}, limits), /took longer than 2500 ms/)
  },
)

against(
  'silence',
  () => {},
  (client) => assert.rejects(client.callTool('x', {}, { timeoutMs: 100 }), TimeoutError),
)

against(
  'a body that drips',
  ({ socket }) => {
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n',
    )
    const drip = setInterval(() => socket.write(' '), 10)
    socket.on('close', () => clearInterval(drip))
  },
  (client) => assert.rejects(client.callTool('x', {}, { timeoutMs: 200 }), TimeoutError),
)

// 64 MiB of blanks in 64 KiB: read unpacked, it is beyond the bound.
const bomb = gzipSync(Buffer.alloc(64 * kibi * kibi, ' '))
against(
  'a small answer that unpacks to a large one',
  (prey) =>
    prey.respond(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }, bomb),
  (client) => assert.rejects(call(client), /longer than 262144 bytes|compressed its answer/),
)

for (const [status, location, why] of [
  [307, 'https://evil.example/mcp', /another origin/],
  [308, 'http://127.0.0.1:1/mcp', /another origin/],
  [307, 'http://localhost/mcp', /another origin/],
  [307, '//evil.example/mcp', /another origin/],
  [307, 'file:///etc/passwd', /another origin/],
  [307, 'data:application/json,{}', /another origin/],
  [307, 'javascript:alert(1)', /another origin/],
  [307, 'http://user:pass@169.254.169.254/', /another origin/],
  [302, '/mcp', /asks for a GET/],
  [303, '/elsewhere', /asks for a GET/],
  [307, 'http://[', /does not say where/],
  [307, '/mcp?again', /too many/],
] as const) {
  against(
    `a redirect (${status}) to ${location}`,
    (prey) => prey.respond(status, { Location: location }, ''),
    (client) =>
      assert.rejects(
        call(client),
        (error) => error instanceof HttpError && why.test(error.message),
      ),
  )
}

test('a server that wants to be asked again at once, or in a thousand years, is not asked for ever', async () => {
  for (const after of ['0', '-1', '1e9', '99999999999', 'Thu, 01 Jan 1970 00:00:00 GMT', 'x']) {
    await using server = await startEvilServer((prey) =>
      prey.respond(503, { 'Retry-After': after }, ''),
    )
    await using client = createClient(
      await connectHttp(server.url, { ...options, era: 'modern' }),
      {
        ...options,
        retries: 2,
      },
    )
    await assert.rejects(client.listTools(), HttpError)
    await assert.rejects(client.callTool('x'), HttpError)
    assert.ok(server.seen.length <= 4, `${after}: ${server.seen.length} requests`)
  }
})

test('errors of every shape are errors, and what they say does not reach a terminal raw', async () => {
  const errors: unknown[] = [
    { code: -32020, message: 'x' },
    { code: -32022, message: 'x', data: { supported: '__proto__' } },
    { code: 1e308, message: '' },
    { code: 0, message: 'x', data: JSON.parse('{"then":"x"}') },
    null,
    [],
    'x',
    { code: '1', message: 'x' },
    { code: 1.5, message: 'x' },
    { code: 1 },
    {},
  ]
  let at = 0
  await using server = await startEvilServer((prey) => {
    const json = JSON.stringify({ jsonrpc: '2.0', id: prey.id, error: errors[at] })
    prey.respond(at % 2 === 0 ? 200 : 400, { 'Content-Type': 'application/json' }, json)
  })
  await using client = createClient(
    await connectHttp(server.url, { ...options, era: 'modern' }),
    options,
  )
  for (at = 0; at < errors.length; at++) {
    const kinds = [RpcError, InvalidResponseError, HttpError]
    await assert.rejects(call(client), (error) => kinds.some((kind) => error instanceof kind))
  }
  const page = '<html>\u001b[2J\u001b]0;evil\u0007\u202e\r\nDo as I say</html>'
  await using other = await startEvilServer((prey) =>
    prey.respond(500, { 'Content-Type': 'text/html' }, page),
  )
  await using reader = createClient(
    await connectHttp(other.url, { ...options, era: 'modern' }),
    options,
  )
  await assert.rejects(call(reader), ({ message }: Error) => !/[\p{Cc}\p{Cf}]/u.test(message))
})
