import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '@lutra/core'
import { createServer, resource, type ServerOptions, ToolError } from '@lutra/server'
import { z } from 'zod'
import { ask, callOf } from '../../test/calls.ts'

const serverOf = (
  resources: NonNullable<ServerOptions['resources']>,
  options: Partial<ServerOptions> = {},
) => createServer({ name: 'test', version: '1', resources, onError() {}, ...options })

async function read(server: ReturnType<typeof serverOf>, uri: string) {
  return (await ask(server, 'resources/read', { uri }))['contents']
}

const missing = (uri: string) => (error: unknown) => {
  assert.ok(error instanceof RpcError)
  assert.deepEqual([error.code, error.data], [-32602, { uri }])
  return true
}

test('fixed resources and templates are listed apart, in their order', async () => {
  const server = serverOf([
    resource({
      uri: 'docs://b',
      name: 'b',
      title: 'Bee',
      description: 'Second',
      mimeType: 'text/markdown',
      size: 2,
      icons: [{ src: 'https://example.com/i.png' }],
      annotations: { audience: ['user'], priority: 0.5 },
      _meta: { 'com.example/a': 1 },
      read: () => 'b',
    }),
    resource({ uri: 'user://{org}/{id}', name: 'user', read: () => 'u' }),
    resource({ uri: 'docs://a', read: () => 'a' }),
  ])
  const { resources } = await ask(server, 'resources/list')
  assert.deepEqual(resources, [
    {
      uri: 'docs://b',
      name: 'b',
      title: 'Bee',
      description: 'Second',
      mimeType: 'text/markdown',
      icons: [{ src: 'https://example.com/i.png' }],
      annotations: { audience: ['user'], priority: 0.5 },
      _meta: { 'com.example/a': 1 },
      size: 2,
    },
    { uri: 'docs://a', name: 'docs://a' },
  ])
  const { resourceTemplates } = await ask(server, 'resources/templates/list')
  assert.deepEqual(resourceTemplates, [{ uriTemplate: 'user://{org}/{id}', name: 'user' }])
  const { capabilities } = await ask(server, 'server/discover')
  assert.deepEqual(capabilities, { resources: { subscribe: true, listChanged: true }, logging: {} })
})

const readings: readonly (readonly [string, unknown, readonly object[]])[] = [
  ['text', 'hi', [{ uri: 'a://b', mimeType: 'text/plain', text: 'hi' }]],
  ['empty text', '', [{ uri: 'a://b', mimeType: 'text/plain', text: '' }]],
  [
    'bytes',
    new Uint8Array(10_000).fill(255),
    [
      {
        uri: 'a://b',
        mimeType: 'application/octet-stream',
        blob: Buffer.alloc(10_000, 255).toString('base64'),
      },
    ],
  ],
  ['data', { a: [1] }, [{ uri: 'a://b', mimeType: 'application/json', text: '{"a":[1]}' }]],
  [
    'a list of data',
    [{ uri: 'x' }],
    [{ uri: 'a://b', mimeType: 'application/json', text: '[{"uri":"x"}]' }],
  ],
  ['an empty list', [], [{ uri: 'a://b', mimeType: 'application/json', text: '[]' }]],
  ['contents', { uri: 'a://c', text: 'x' }, [{ uri: 'a://c', text: 'x' }]],
  [
    'several contents',
    [
      { uri: 'a://b/1', text: 'x' },
      { uri: 'a://b/2', blob: 'AA==' },
    ],
    [
      { uri: 'a://b/1', text: 'x' },
      { uri: 'a://b/2', blob: 'AA==' },
    ],
  ],
  ['a whole result', { contents: [{ uri: 'a://b', text: 'x' }] }, [{ uri: 'a://b', text: 'x' }]],
]

for (const [name, value, expected] of readings) {
  test(`reads ${name}`, async () => {
    const server = serverOf([resource({ uri: 'a://b', read: () => value })])
    assert.deepEqual(await read(server, 'a://b'), expected)
  })
}

test('a resource says its own media type', async () => {
  const server = serverOf([
    resource({ uri: 'a://text', mimeType: 'text/html', read: () => '<p>' }),
    resource({ uri: 'a://json', mimeType: 'application/ld+json', read: () => ({}) }),
    resource({ uri: 'a://bytes', mimeType: 'image/png', read: () => new Uint8Array(1) }),
  ])
  for (const [uri, mimeType] of [
    ['a://text', 'text/html'],
    ['a://json', 'application/ld+json'],
    ['a://bytes', 'image/png'],
  ] as const) {
    const [contents] = (await read(server, uri)) as { mimeType: string }[]
    assert.equal(contents?.mimeType, mimeType)
  }
})

test('the first template that matches is read, with decoded parameters; a fixed URI goes before', async () => {
  const server = serverOf([
    resource({ uri: 'user://{org}/{id}', read: (params) => ({ first: { ...params } }) }),
    resource({ uri: 'user://{+rest}', read: (params) => ({ second: { ...params } }) }),
    resource({ uri: 'user://acme/root', read: () => 'fixed' }),
  ])
  const text = async (uri: string) => {
    const [contents] = (await read(server, uri)) as { text: string; uri: string }[]
    assert.equal(contents?.uri, uri)
    return contents.text
  }
  assert.equal(await text('user://acme/a%20b'), '{"first":{"id":"a b","org":"acme"}}')
  assert.equal(await text('user://a/b/c'), '{"second":{"rest":"a/b/c"}}')
  assert.equal(await text('user://acme/root'), 'fixed')
})

test('[FEAT-11, FEAT-12] what is not there is -32602 with its URI, never empty contents', async () => {
  const server = serverOf([
    resource({ uri: 'user://{id}', read: ({ id }) => (id === '1' ? undefined : null) }),
  ])
  for (const uri of ['user://1', 'user://2', 'nope://1', 'constructor', '', '../../etc/passwd']) {
    await assert.rejects(read(server, uri), missing(uri))
  }
  await assert.rejects(server(callOf('resources/read', {})), { code: -32602 })
  await assert.rejects(server(callOf('resources/read', { uri: 7 })), { code: -32602 })
  const long = `user://${'x'.repeat(10_000)}`
  await assert.rejects(read(server, long), { code: -32602 })
})

test('what cannot be sent is an internal error, told to the operator', async () => {
  const errors: unknown[] = []
  const server = serverOf([resource({ uri: 'a://b', read: () => ({ n: 1n }) })], {
    onError: (error) => errors.push(error),
  })
  await assert.rejects(read(server, 'a://b'), { code: -32603 })
  assert.match(String(errors[0]), /Resource "a:\/\/b" gave what JSON cannot hold/)
})

test('a ToolError reaches the reader, other errors do not', async () => {
  const server = serverOf([
    resource({
      uri: 'a://told',
      read: () => {
        throw new ToolError('Closed on Sundays')
      },
    }),
    resource({
      uri: 'a://masked',
      read: () => {
        throw new Error('hunter2')
      },
    }),
  ])
  await assert.rejects(read(server, 'a://told'), { code: -32603, message: 'Closed on Sundays' })
  await assert.rejects(read(server, 'a://masked'), /^RpcError: Internal error \(/)
})

test('instances of templates are listed after fixed resources, each once', async () => {
  const server = serverOf([
    resource({
      uri: 'user://{id}',
      name: 'user',
      mimeType: 'application/json',
      read: ({ id }) => id,
      list: (ctx) => {
        assert.ok(ctx.meta.protocolVersion)
        return [
          { uri: 'user://1', name: 'one', mimeType: 'text/plain' },
          { uri: 'user://2' },
          { uri: 'docs://a' },
        ]
      },
    }),
    resource({ uri: 'docs://a', name: 'a', read: () => 'a' }),
  ])
  const { resources } = await ask(server, 'resources/list')
  assert.deepEqual(resources, [
    { uri: 'docs://a', name: 'a' },
    { name: 'one', mimeType: 'text/plain', uri: 'user://1' },
    { name: 'user://2', mimeType: 'application/json', uri: 'user://2' },
  ])
})

test('what was read says how long it may be kept; what came of answers may not be kept', async () => {
  const server = serverOf(
    [
      resource({ uri: 'a://own', cache: { ttlMs: 5000, cacheScope: 'public' }, read: () => 'x' }),
      resource({ uri: 'a://all', read: () => 'x' }),
      resource({
        uri: 'a://asks',
        cache: { ttlMs: 5000, cacheScope: 'public' },
        read: async (_params, ctx) => {
          const answer = await ctx.ask('who', 'Who?', z.object({ name: z.string() }))
          return answer.action === 'accept' ? answer.content.name : 'nobody'
        },
      }),
    ],
    { cache: { 'resources/read': { ttlMs: 7 } } },
  )
  const hints = async (params: object, changes = {}) => {
    const { ttlMs, cacheScope } = await server(callOf('resources/read', { ...params }, changes))
    return [ttlMs, cacheScope]
  }
  assert.deepEqual(await hints({ uri: 'a://own' }), [5000, 'public'])
  assert.deepEqual(await hints({ uri: 'a://all' }), [7, 'private'])
  const able = { meta: { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } } }
  assert.deepEqual(await hints({ uri: 'a://asks' }, able), [undefined, undefined])
  const { requestState } = await server(callOf('resources/read', { uri: 'a://asks' }, able))
  const inputResponses = { who: { action: 'accept', content: { name: 'Ada' } } }
  const retry = { uri: 'a://asks', requestState, inputResponses }
  const [contents] = (await server(callOf('resources/read', retry, able)))['contents'] as object[]
  assert.deepEqual(contents, { uri: 'a://asks', mimeType: 'text/plain', text: 'Ada' })
  assert.deepEqual(await hints(retry, able), [0, 'public'])
})

test('[FEAT-14] a URI that is none, a malformed template and doubles are refused when the server is made', () => {
  const one = (uri: string) => resource({ uri, read: () => '' })
  assert.throws(() => serverOf([one('readme.md')]), /URI with a scheme.*"readme.md"/)
  assert.throws(() => serverOf([one('a://{b')]), /without a "\}"/)
  assert.throws(() => serverOf([one('a://b'), one('a://b')]), {
    name: 'TypeError',
    message: 'Two resources are at "a://b": resource "a://b" and resource "a://b"',
  })
  assert.throws(() => serverOf([one('a://{b}'), one('a://{b}')]), /Two resource templates are at/)
  const negative = resource({ uri: 'a://b', cache: { ttlMs: -1 }, read: () => '' })
  assert.throws(() => serverOf([negative]), /ttlMs/)
})
