import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createMemoryStore,
  type Extension,
  encodeResult,
  type Middleware,
  RpcError,
} from '@lutra/core'
import { createServer, prompt, resource, type ServerOptions, tool } from '@lutra/server'
import { z } from 'zod'
import { ask, callOf, callTool } from '../test/calls.ts'

const hi = tool({ name: 'hi', description: 'x', run: () => 'hi' })

test('[VER-03] discovery tells who the server is and what it can, encoded once', async () => {
  const server = createServer({
    name: 'shop',
    version: '1.2.3',
    title: 'Shop',
    description: 'Sells',
    websiteUrl: 'https://example.com',
    icons: [{ src: 'https://example.com/i.png' }],
    instructions: 'Greet first.',
    tools: [hi],
    prompts: [prompt({ name: 'p', render: () => '' })],
    resources: [resource({ uri: 'a://{b}', read: () => '', complete: { b: ['x'] } })],
  })
  const info = {
    name: 'shop',
    version: '1.2.3',
    title: 'Shop',
    description: 'Sells',
    websiteUrl: 'https://example.com',
    icons: [{ src: 'https://example.com/i.png' }],
  }
  const result = await server(callOf('server/discover'))
  assert.deepEqual(result, {
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      completions: {},
      logging: {},
    },
    instructions: 'Greet first.',
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { 'io.modelcontextprotocol/serverInfo': info },
  })
  assert.deepEqual(JSON.parse(encodeResult(result)), result)
  assert.deepEqual(server.info, info)
})

test('[WIRE-40] what a server does not have it does not declare, and its methods are not there', async () => {
  const server = createServer({ name: 'bare', version: '1', logging: false })
  assert.deepEqual((await ask(server, 'server/discover'))['capabilities'], {})
  const methods = [
    'tools/list',
    'tools/call',
    'prompts/list',
    'prompts/get',
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'completion/complete',
    'initialize',
    'ping',
    'logging/setLevel',
    'resources/subscribe',
    'tasks/get',
    'constructor',
    '__proto__',
    '',
  ]
  for (const method of methods) {
    await assert.rejects(server(callOf(method)), (error) => {
      return error instanceof RpcError && error.code === -32601
    })
  }
})

test('features that are added later bring their methods and capability', async () => {
  const server = createServer({ name: 'bare', version: '1', logging: false })
  server.add(hi)
  assert.deepEqual((await ask(server, 'server/discover'))['capabilities'], {
    tools: { listChanged: true },
  })
  assert.ok(await callTool(server, 'hi'))
  server.remove('tool', 'hi')
  await assert.rejects(callTool(server, 'hi'), { code: -32601 })
})

test('[WIRE-43] extensions are off until given, then declared, with their methods and middleware', async () => {
  const order: string[] = []
  const outer: Middleware = (next) => (call) => {
    order.push('own')
    return next(call)
  }
  const extension: Extension = {
    id: 'com.example/echo',
    settings: { loud: true },
    methods: {
      'echo/say': async ({ params }) => ({ resultType: 'complete', said: params['word'] }),
    },
    middleware: (next) => (call) => {
      order.push('extension')
      return next(call)
    },
  }
  const server = createServer({
    name: 'x',
    version: '1',
    tools: [hi],
    extensions: [extension],
    middleware: [outer],
  })
  const { capabilities } = await ask(server, 'server/discover')
  assert.deepEqual((capabilities as { extensions: object }).extensions, {
    'com.example/echo': { loud: true },
  })
  order.length = 0
  const result = await server(callOf('echo/say', { word: 'a' }))
  assert.deepEqual([result['said'], order], ['a', ['own', 'extension']])
  assert.ok(result._meta?.['io.modelcontextprotocol/serverInfo'], 'signed too')
  const make =
    (...extensions: Extension[]) =>
    () =>
      createServer({ name: 'x', version: '1', tools: [hi], extensions })
  assert.throws(make(extension, extension), /com.example\/echo is given twice/)
  assert.throws(make({ id: 'echo' }), /extension id with a prefix/)
  assert.throws(
    make({ id: 'a.b/c', methods: { 'tools/call': async () => ({ resultType: '' }) } }),
    {
      name: 'TypeError',
      message: 'The extension a.b/c brings "tools/call", which is there already',
    },
  )
})

test('[WIRE-15, WIRE-38] a result of middleware is completed and signed; what was encoded stays encoded', async () => {
  const own: Middleware = (next) => async (call) =>
    call.method === 'custom' ? ({ answer: 42 } as never) : next(call)
  const server = createServer({ name: 'x', version: '1', tools: [hi], middleware: [own] })
  assert.deepEqual(await server(callOf('custom')), {
    answer: 42,
    resultType: 'complete',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'x', version: '1' } },
  })
  assert.equal(await server(callOf('tools/list')), await server(callOf('tools/list')))
})

test('[UTIL-37] errors are masked with an id under which the operator finds them', async () => {
  const told: { error: unknown; id: string; method: string }[] = []
  const cause = new Error('hunter2')
  const server = createServer({
    name: 'x',
    version: '1',
    middleware: [
      () => async () => {
        throw cause
      },
    ],
    onError: (error, about) => told.push({ error, ...about }),
  })
  await assert.rejects(server(callOf('tools/list')), (error) => {
    assert.ok(error instanceof RpcError)
    assert.equal(error.message, `Internal error (${told[0]?.id})`)
    return error.code === -32603
  })
  assert.deepEqual(
    told.map(({ error, method }) => [error, method]),
    [[cause, 'tools/list']],
  )
})

test('without onError, the logger is told', async () => {
  const lines: string[] = []
  const server = createServer({
    name: 'x',
    version: '1',
    tools: [tool({ name: 'bad', description: 'x', run: () => Promise.reject(new Error('why')) })],
    logger: { warn() {}, error: (message, cause) => void lines.push(`${message}: ${cause}`) },
  })
  await assert.rejects(callTool(server, 'bad'))
  assert.match(lines[0] ?? '', /^tools\/call failed \([0-9a-f-]+\): Error: why$/)
})

test('doubles and names that no host takes are refused, naming them', () => {
  const make =
    (...tools: (typeof hi)[]) =>
    () =>
      createServer({ name: 'x', version: '1', tools })
  assert.throws(make(hi, hi), { message: 'Two tools are named "hi": tool "hi" and tool "hi"' })
  for (const name of ['', 'a b', 'ü', 'x'.repeat(129), 'a/b']) {
    const odd = { ...hi, name } as typeof hi
    assert.throws(make(odd), { name: 'TypeError', message: /1 to 128 characters/ })
  }
  assert.throws(make({ name: 'plain' } as never), /make one with tool\(\)/)
})

test('an object of schemas is no schema, and would check nothing', () => {
  const shape = { city: z.string() }
  const input = tool({ name: 'raw', description: 'x', input: shape, run: () => 'hi' })
  const output = tool({ name: 'raw', description: 'x', output: shape, run: () => 'hi' })
  for (const raw of [input, output]) {
    assert.throws(() => createServer({ name: 's', version: '1', tools: [raw] }), /wrap it/)
  }
})

test('a server carries what doors need', () => {
  const store = createMemoryStore()
  const keys = ['a secret of at least thirty-two bytes']
  const server = createServer({ name: 'x', version: '1', store, keys })
  assert.equal(server.store, store)
  assert.equal(server.keys, keys)
  assert.equal(typeof server.bus.publish, 'function')
  assert.throws(() => createServer({ name: 'x', version: '1', keys: ['short'] }), /32 bytes/)
})

test('says at once what a server or a definition lacks', () => {
  const of = (options: object) => createServer(options as ServerOptions)
  assert.throws(() => of({ version: '1' }), /Expected createServer to be given a name/)
  assert.throws(() => of({ name: 'x', version: '' }), /Expected createServer to be given a version/)
  const idle = tool({ name: 'idle', description: '', run: undefined as never })
  assert.throws(
    () => of({ name: 'x', version: '1', tools: [idle] }),
    /Expected tool "idle" to have a function run/,
  )
})
