/** A client at an evil server that streams: pieces too small, changes too many, results that claim to hold for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, InvalidResponseError } from '@lutra/client'
import { connectHttp } from '@lutra/client/connect-http'
import { createSseDecoder, deferred, metaKeys } from '@lutra/core'
import {
  discovery,
  type EvilServer,
  type Prey,
  startEvilServer,
  writeEndlessly,
} from './evil-server.ts'

const options = { retries: 0, timeoutMs: 30_000, onWarning() {} }
type Options = Parameters<typeof createClient>[1]

async function connected(server: EvilServer, more: Options = {}) {
  const all = { ...options, ...more }
  return createClient(await connectHttp(server.url, { ...all, era: 'modern' }), all)
}

const complete = { resultType: 'complete' }

/** A message as an event of a stream. */
function event(message: object): string {
  return `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`
}

test('a million pieces of one byte each are one event', () => {
  const text = 'ä€😀x'.repeat(100_000)
  const decoder = createSseDecoder()
  const bytes = Buffer.from(`:\r\nid: 1\revent: x\ndata: ${text}\n\n`)
  const events = Array.from(bytes, (_, at) => decoder.push(bytes.subarray(at, at + 1))).flat()
  assert.deepEqual(events, [{ event: 'x', data: text, id: '1' }])
})

test('pieces of one byte each, as fast as they can be read, are one result', async () => {
  const text = 'ä€😀x'.repeat(20_000)
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const { id, method } = JSON.parse(String(init?.body))
    if (method === 'server/discover')
      return Response.json({ jsonrpc: '2.0', id, result: discovery })
    const result = { ...complete, content: [{ type: 'text', text }] }
    const bytes = Buffer.from(`:\r\nid: 1\revent: message\n${event({ id, result })}`)
    return inPieces(bytes)
  }
  const all = { ...options, timeoutMs: 0, fetch }
  await using client = createClient(await connectHttp('http://localhost/mcp', all), all)
  assert.equal((await client.callTool('x')).text, text)
})

/** A response whose body comes byte by byte, as fast as it is read. */
function inPieces(bytes: Buffer): Response {
  let at = 0
  const read = async () =>
    at < bytes.length ? { done: false, value: bytes.subarray(at, ++at) } : { done: true }
  const headers = new Headers({ 'content-type': 'text/event-stream' })
  const body = { getReader: () => ({ read, cancel: async () => {} }), cancel: async () => {} }
  return { status: 200, type: 'default', headers, body } as unknown as Response
}

test('pieces of one byte each over a socket are one result', async () => {
  const text = 'ä€😀x'.repeat(5_000)
  await using server = await startEvilServer(({ id, socket, stream }) => {
    stream()
    const result = { ...complete, content: [{ type: 'text', text }] }
    const bytes = Buffer.from(`: a comment\r\nid: 1\revent: message\n${event({ id, result })}`)
    const drip = () => {
      let room = true
      while (room && at < bytes.length) {
        room = socket.write(bytes.subarray(at, at + 1))
        at += 1
      }
      if (at < bytes.length) socket.once('drain', drip)
    }
    let at = 0
    drip()
  })
  await using client = await connected(server, { timeoutMs: 120_000 })
  assert.equal((await client.callTool('x')).text, text)
})

test('a flood of changes that nobody reads becomes one gap', async () => {
  const { promise: taken, resolve: end } = deferred<void>()
  await using server = await startEvilServer((prey) => {
    prey.stream()
    const _meta = { [metaKeys.subscriptionId]: prey.id }
    const method = 'notifications/subscriptions/acknowledged'
    prey.socket.write(event({ method, params: { notifications: {}, _meta } }))
    let count = 0
    const flood = Array.from({ length: 200_000 }, () => {
      count += 1
      const told = count % 2 === 0 ? 'notifications/resources/updated' : `x/${count}`
      return event({ method: told, params: { uri: `a://${count}`, _meta } })
    })
    prey.socket.write(flood.join(''))
    prey.socket.once('close', () => end())
    prey.socket.end(event({ id: prey.id, result: { ...complete, _meta } }))
  })
  await using client = await connected(server)
  const subscription = client.listen({ toolsListChanged: true })
  await subscription.acknowledged
  await taken
  await sleep(200)
  let changes = 0
  for await (const _ of subscription) changes += 1
  // A few may still have been on their way from the socket.
  assert.ok(changes < 4000, `${changes} changes were kept`)
})

test('a subscription whose stream is cut again and again is not opened in a storm', async () => {
  await using server = await startEvilServer((prey) => {
    prey.stream()
    const method = 'notifications/subscriptions/acknowledged'
    prey.socket.end(event({ method, params: { notifications: {} } }))
  })
  await using client = await connected(server)
  const subscription = client.listen({ toolsListChanged: true })
  await sleep(600)
  subscription.close()
  assert.ok(server.seen.length < 30, `${server.seen.length} requests`)
})

test('what a server says of its time to live is believed within bounds', async () => {
  const fresh: [ttlMs: unknown, requests: number][] = [
    [-1, 2],
    [0, 2],
    ['1000', 2],
    [null, 2],
    [{}, 2],
    [1e308, 1],
    [Number.MAX_SAFE_INTEGER, 1],
    [0.5, 2],
  ]
  for (const [ttlMs, requests] of fresh) {
    await using server = await startEvilServer((prey) =>
      prey.result({ ...complete, tools: [{ name: 'x' }], ttlMs, cacheScope: 'public' }),
    )
    await using client = await connected(server)
    await client.listTools()
    await sleep(2)
    await client.listTools()
    assert.equal(server.seen.length, requests, String(ttlMs))
  }
})

test('results that are kept are bounded by what they hold, not only by their number', async () => {
  const large = 'x'.repeat(4 * 1024 * 1024)
  await using server = await startEvilServer(({ params, result }) => {
    const contents = [{ uri: params['uri'], text: large }]
    result({ ...complete, contents, ttlMs: 1e9, cacheScope: 'private' })
  })
  await using client = await connected(server)
  for (let count = 0; count < 40; count++) await client.readResource(`a://${count}`)
  const before = server.seen.length
  await client.readResource('a://0')
  assert.equal(server.seen.length, before + 1, 'the first of 160 MiB was still kept')
  await client.readResource('a://39')
  assert.equal(server.seen.length, before + 1, 'the last one was not kept')
})

test('output schemas that would take for ever are left, and their calls go through', async () => {
  let deep: object = { type: 'number' }
  for (let count = 0; count < 450; count++) deep = { items: deep }
  const wide = Array.from({ length: 5000 }, (_, n) => ({ const: n, $comment: 'x'.repeat(20) }))
  const nested = {
    $defs: { a: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } },
    $ref: '#/$defs/a',
  }
  const schemas: object[] = [
    { type: 'string', pattern: '^(a+)+$' },
    { type: 'string', pattern: '(?=(a*)*b)' },
    { type: 'string', pattern: '((((((((((a*)*)*)*)*)*)*)*)*)*' },
    { type: 'string', pattern: `${'(a?)'.repeat(500)}${'a'.repeat(500)}` },
    { $ref: '#' },
    { $ref: 'https://evil.example/schema.json' },
    { $ref: 'file:///etc/passwd' },
    { $schema: 'https://evil.example/dialect' },
    { allOf: [{ $ref: '#' }, { $ref: '#' }] },
    nested,
    deep,
    { anyOf: wide, oneOf: wide },
    { patternProperties: { '(x+x+)+y': {} } },
    { uniqueItems: true, contains: { minimum: 1e308 } },
    { $dynamicRef: '#a', $dynamicAnchor: 'a' },
    { __proto__: null, $id: 'x:y', $ref: 'x:y' },
    { minimum: 'x', properties: 7 },
  ]
  const data: unknown[] = [
    `${'a'.repeat(50_000)}!`,
    Array.from({ length: 5000 }, (_, n) => n),
    { a: 1 },
  ]
  const tools = schemas.map((outputSchema, n) => ({ name: `t${n}`, inputSchema: {}, outputSchema }))
  let structuredContent: unknown
  await using server = await startEvilServer(({ method, result }) =>
    result(
      method === 'tools/list'
        ? { ...complete, tools }
        : { ...complete, content: [], structuredContent },
    ),
  )
  await using client = await connected(server)
  await client.listTools()
  for (structuredContent of data) {
    for (const { name } of tools) {
      await client
        .callTool(name)
        .catch((error) => assert.ok(error instanceof InvalidResponseError, String(error)))
    }
  }
})

/** Answers each call with one question, and remembers what came back. */
async function asking(requests: Record<string, unknown>, more: Options): Promise<unknown> {
  let answers: unknown
  await using server = await startEvilServer(({ params, result }: Prey) => {
    answers = params['inputResponses']
    if (answers === undefined) result({ resultType: 'input_required', inputRequests: requests })
    else result({ ...complete, content: [] })
  })
  await using client = await connected(server, more)
  await client.callTool('x').catch((error) => {
    answers = error
  })
  return answers
}

const urls = [
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,<script>',
  'blob:https://x/y',
  'vbscript:x',
  'ms-settings:',
  'smb://host/share',
  'http://example.com/',
  'http://localhost.evil.example/',
  'http://127.0.0.1.evil.example/',
  'https://user@example.com/',
  'https://user:pass@example.com/',
  'https://bank.example@evil.example/',
  'https://:pass@example.com/',
  '//evil.example',
  '/relative',
  'https://',
  '',
  `https://example.com/${'x'.repeat(9000)}`,
  7,
  null,
  {},
]

test('a person is sent to no page but one of https without credentials, spelt as it really is', async () => {
  const opened: string[] = []
  const elicitUrl = async ({ url }: { url: URL }) => {
    opened.push(url.href)
    return { action: 'accept' as const }
  }
  const question = (url: unknown) => ({
    q: { method: 'elicitation/create', params: { mode: 'url', message: 'Go', url } },
  })
  for (const url of urls) {
    assert.deepEqual(await asking(question(url), { answer: { elicitUrl } }), {
      q: { action: 'decline' },
    })
  }
  assert.deepEqual(opened, [])
  await asking(question('https://аррle.com/'), { answer: { elicitUrl } })
  // A name of other letters that look the same is shown as what it is.
  assert.equal(opened.length, 1)
  assert.match(opened[0] ?? '', /^https:\/\/xn--/)
})

test('forms that are none are shown to nobody', async () => {
  let shown = 0
  const elicit = async () => {
    shown += 1
    return { action: 'accept' as const, content: {} }
  }
  const deep = { type: 'object', properties: { a: { type: 'object', properties: {} } } }
  const many = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, n) => [`f${n}`, { type: 'string' }]),
  )
  const forms: unknown[] = [
    null,
    7,
    [],
    'x',
    { type: 'array' },
    deep,
    { type: 'object', properties: { a: { $ref: 'https://evil.example/' } } },
    { type: 'object', properties: many },
    { type: 'object', properties: [] },
    { type: 'object', properties: { a: null } },
  ]
  for (const requestedSchema of forms) {
    const params = { mode: 'form', message: 'Fill in', requestedSchema }
    const answer = await asking(
      { q: { method: 'elicitation/create', params } },
      { answer: { elicit } },
    )
    assert.ok(answer instanceof Error, JSON.stringify(requestedSchema)?.slice(0, 100))
  }
  const others: Record<string, unknown>[] = [
    { q: { method: 'tools/call', params: { name: 'rm' } } },
    { q: { method: '__proto__' } },
    { q: 'elicitation/create' },
    { q: null },
    Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [n, { method: 'roots/list' }])),
  ]
  for (const requests of others) {
    assert.ok(
      (await asking(requests, { answer: { elicit, roots: [] } })) instanceof InvalidResponseError,
    )
  }
  assert.equal(shown, 0)
})

test('a connection that ends in the middle of a flood ends the flood', async () => {
  await using server = await startEvilServer((prey) => {
    prey.stream()
    void writeEndlessly(prey.socket, Buffer.from(event({ method: 'notifications/x' }).repeat(100)))
  })
  const client = await connected(server)
  const hanging = client.callTool('x')
  await sleep(50)
  await client.close()
  await assert.rejects(hanging, /closed/)
})
