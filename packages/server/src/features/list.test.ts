import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeCursor, encodeResult, type Handler, RpcError } from '@lutra/core'
import { createServer, resource, type ServerOptions, tool } from '@lutra/server'
import { callOf } from '../../test/calls.ts'

const numbered = (count: number) =>
  [...Array(count).keys()].map((n) => tool({ name: `t${n}`, description: 'x', run: () => '' }))

const serverOf = (options: Partial<ServerOptions>) =>
  createServer({ name: 'test', version: '1', ...options })

/** All pages of a list, each as the names in it. */
async function pagesOf(server: Handler, method = 'tools/list', field = 'tools') {
  const pages: string[][] = []
  let cursor: unknown
  do {
    const result = await server(callOf(method, cursor === undefined ? {} : { cursor }))
    pages.push((result[field] as { name: string }[]).map(({ name }) => name))
    cursor = result['nextCursor']
  } while (cursor !== undefined)
  return pages
}

const invalidCursor = (error: unknown) => error instanceof RpcError && error.code === -32602

test('without a page size everything is one page, encoded once', async () => {
  const server = serverOf({ tools: numbered(3) })
  assert.deepEqual(await pagesOf(server), [['t0', 't1', 't2']])
  const first = await server(callOf('tools/list'))
  const second = await server(callOf('tools/list'))
  assert.equal(encodeResult(first), JSON.stringify(first))
  assert.equal(first, second)
})

for (const sealCursors of [false, true]) {
  test(`pages, with ${sealCursors ? 'sealed' : 'plain'} cursors`, async () => {
    const server = serverOf({ tools: numbered(5), pageSize: 2, sealCursors })
    assert.deepEqual(await pagesOf(server), [['t0', 't1'], ['t2', 't3'], ['t4']])
    const { nextCursor, ttlMs, cacheScope } = await server(callOf('tools/list'))
    assert.deepEqual([ttlMs, cacheScope], [0, 'private'])
    assert.equal(nextCursor === encodeCursor('t1'), !sealCursors)
    for (const cursor of ['', 'x', encodeCursor('nope'), `${nextCursor}x`, 7, null]) {
      await assert.rejects(server(callOf('tools/list', { cursor })), invalidCursor)
    }
  })
}

test('[UTIL-27] a sealed cursor serves its own list and caller alone', async () => {
  const read = (n: number) => resource({ uri: `a://${n}`, read: () => '' })
  const server = serverOf({
    tools: numbered(3),
    resources: [read(1), read(2)],
    pageSize: 1,
    sealCursors: true,
  })
  const auth = { subject: 'ada', scopes: [], claims: {} }
  const { nextCursor: cursor } = await server(callOf('tools/list', {}, { auth }))
  assert.ok(await server(callOf('tools/list', { cursor }, { auth })))
  await assert.rejects(server(callOf('tools/list', { cursor })), invalidCursor)
  await assert.rejects(server(callOf('resources/list', { cursor }, { auth })), invalidCursor)
})

test('instances share their keys, and with them their sealed cursors', async () => {
  const keys = ['a secret of at least thirty-two bytes']
  const make = () => serverOf({ tools: numbered(2), pageSize: 1, sealCursors: true, keys })
  const { nextCursor: cursor } = await make()(callOf('tools/list'))
  assert.ok(await make()(callOf('tools/list', { cursor })))
})

test('a cursor holds while the list changes around it', async () => {
  const server = serverOf({ tools: numbered(4), pageSize: 2 })
  const { nextCursor: cursor } = await server(callOf('tools/list'))
  server.remove('tool', 't0')
  server.remove('tool', 't2')
  const { tools } = await server(callOf('tools/list', { cursor }))
  assert.deepEqual(
    (tools as { name: string }[]).map(({ name }) => name),
    ['t3'],
  )
  server.remove('tool', 't1')
  await assert.rejects(server(callOf('tools/list', { cursor })), invalidCursor)
})

test('what is found anew is paged too', async () => {
  const server = serverOf({
    pageSize: 2,
    resources: [
      resource({ uri: 'a://fixed', name: 'fixed', read: () => '' }),
      resource({
        uri: 'a://{id}',
        read: () => '',
        list: () => ['1', '2', '2', '3'].map((id) => ({ uri: `a://${id}`, name: id })),
      }),
    ],
  })
  assert.deepEqual(await pagesOf(server, 'resources/list', 'resources'), [
    ['fixed', '1'],
    ['2', '3'],
  ])
})

test('[UTIL-12, UTIL-13, UTIL-14] each list says how long it may be kept, the same on all its pages', async () => {
  const server = serverOf({
    tools: numbered(2),
    pageSize: 1,
    cache: {
      'tools/list': { ttlMs: 60_000, cacheScope: 'public' },
      'server/discover': { ttlMs: 1 },
    },
  })
  const { nextCursor: cursor, ...first } = await server(callOf('tools/list'))
  const second = await server(callOf('tools/list', { cursor }))
  for (const { ttlMs, cacheScope } of [first, second]) {
    assert.deepEqual([ttlMs, cacheScope], [60_000, 'public'])
  }
  const { ttlMs, cacheScope } = await server(callOf('server/discover'))
  assert.deepEqual([ttlMs, cacheScope], [1, 'private'])
})

test('a page size or a time that is none is refused when the server is made', () => {
  for (const pageSize of [0, -1, Number.NaN]) {
    assert.throws(() => serverOf({ pageSize }), { name: 'TypeError', message: /pageSize/ })
  }
  for (const ttlMs of [-1, 0.5, Number.POSITIVE_INFINITY]) {
    const cache = { 'tools/list': { ttlMs } }
    assert.throws(() => serverOf({ tools: numbered(1), cache }), {
      message: /ttlMs of tools\/list/,
    })
  }
})
