import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Auth, type Call, encodeResult, type Result, RpcError } from '@lutra/core'
import { isScopeError } from '@lutra/core/access'
import {
  createServer,
  kit,
  prompt,
  resource,
  type Servable,
  type ServerOptions,
  tool,
} from '@lutra/server'
import { z } from 'zod'
import { callOf, turn } from '../../test/calls.ts'

const open = tool({ name: 'open', description: 'For all', run: () => 'open' })
const write = tool({
  name: 'write',
  description: 'Writes',
  scopes: ['files:read', 'files:write'],
  run: (_args, { auth }) => auth?.subject ?? 'the user',
})
const secret = resource({ uri: 'doc://secret', scopes: ['docs'], read: () => 'secret' })
const page = resource({
  uri: 'page://{id}',
  scopes: ['pages'],
  read: ({ id }) => id,
  list: () => [{ uri: 'page://1' }],
  complete: { id: ['1', '2'] },
})
const plan = prompt({
  name: 'plan',
  scopes: ['plans'],
  render: () => 'plan',
})

const serverOf = (options: Partial<ServerOptions> = {}) =>
  createServer({
    name: 'test',
    version: '1',
    tools: [open, write],
    prompts: [plan],
    resources: [secret, page],
    onError: () => {},
    ...options,
  })

const as = (...scopes: string[]): Partial<Call> => ({ auth: authOf(...scopes), header })
const authOf = (...scopes: string[]): Auth => ({ subject: 'ada', scopes, claims: {} })
const header = () => undefined

async function keysIn(server: Servable, method: string, who: Partial<Call> = {}) {
  const field = method.startsWith('resources/t') ? 'resourceTemplates' : method.split('/')[0]
  const result = await server(callOf(method, {}, who))
  const items = result[String(field)] as Record<string, string>[]
  return items.map(({ name, uri }) => uri ?? name)
}

/** The scopes that a call is refused for. */
async function refused(promise: Promise<Result>): Promise<readonly string[]> {
  const error = await promise.then(
    () => assert.fail('expected a refusal'),
    (reason: unknown) => reason,
  )
  assert.ok(isScopeError(error), String(error))
  assert.ok(error instanceof RpcError)
  assert.equal(error.code, -32600)
  return error.scopes
}

test('[AUTH-08] lists show what the scopes of a caller allow', async () => {
  const server = serverOf()
  const some = as('files:write', 'docs')
  assert.deepEqual(await keysIn(server, 'tools/list', some), ['open'])
  assert.deepEqual(await keysIn(server, 'resources/list', some), ['doc://secret'])
  assert.deepEqual(await keysIn(server, 'resources/templates/list', some), [])
  assert.deepEqual(await keysIn(server, 'prompts/list', some), [])
  const all = as('files:read', 'files:write', 'docs', 'pages', 'plans', 'more')
  assert.deepEqual(await keysIn(server, 'tools/list', all), ['open', 'write'])
  assert.deepEqual(await keysIn(server, 'resources/list', all), ['doc://secret', 'page://1'])
  assert.deepEqual(await keysIn(server, 'resources/templates/list', all), ['page://{id}'])
  assert.deepEqual(await keysIn(server, 'prompts/list', all), ['plan'])
})

test('where the server says so, lists show what must still be asked for', async () => {
  const server = serverOf({ listForbidden: true })
  assert.deepEqual(await keysIn(server, 'tools/list', as()), ['open', 'write'])
  assert.deepEqual(await keysIn(server, 'tools/list', { header }), ['open'])
})

test('[AUTH-08] what a caller may not use is refused with every scope that it takes', async () => {
  const server = serverOf()
  const half = as('files:write')
  const call = (method: string, params: Record<string, unknown>, who = half) =>
    server(callOf(method, params, who))
  const both = ['files:read', 'files:write']
  assert.deepEqual(await refused(call('tools/call', { name: 'write' })), both)
  assert.deepEqual(await refused(call('tools/call', { name: 'write', arguments: 7 })), both)
  assert.deepEqual(await refused(call('prompts/get', { name: 'plan' })), ['plans'])
  for (const [uri, scope] of [
    ['doc://secret', 'docs'],
    ['page://9', 'pages'],
  ]) {
    assert.deepEqual(await refused(call('resources/read', { uri })), [scope])
  }
  const ref = { type: 'ref/resource', uri: 'page://{id}' }
  const completing = { ref, argument: { name: 'id', value: '' } }
  assert.deepEqual(await refused(call('completion/complete', completing)), ['pages'])
  assert.ok(await call('completion/complete', completing, as('pages')))
  const said = await call('tools/call', { name: 'write' }, as(...both))
  assert.deepEqual(said['content'], [{ type: 'text', text: 'ada' }])
})

test('over HTTP without authentication, what has scopes stays shut and the operator is told why', async () => {
  const told: unknown[] = []
  const server = serverOf({ onError: (error) => told.push(error) })
  const anonymous = { header }
  assert.deepEqual(await keysIn(server, 'tools/list', anonymous), ['open'])
  assert.deepEqual(await keysIn(server, 'resources/list', anonymous), [])
  const shut = server(callOf('tools/call', { name: 'write' }, anonymous))
  await assert.rejects(shut, { code: -32603, message: /^Internal error/ })
  assert.match(String(told[0]), /tool "write" needs "files:read", "files:write".*auth: bearer/)
  const listen = { notifications: { resourceSubscriptions: ['doc://secret'] } }
  await assert.rejects(server(callOf('subscriptions/listen', listen, anonymous)), { code: -32603 })
})

test('who has no headers is the user of the process, and needs no scopes', async () => {
  const server = serverOf()
  assert.deepEqual(await keysIn(server, 'tools/list'), ['open', 'write'])
  const { content } = await server(callOf('tools/call', { name: 'write' }))
  assert.deepEqual(content, [{ type: 'text', text: 'the user' }])
})

test('[UTIL-14] a list with scopes in it is private, whatever was said', async () => {
  const cache = { ttlMs: 60_000, cacheScope: 'public' } as const
  const server = serverOf({
    cache: { 'tools/list': cache, 'resources/list': cache, 'resources/templates/list': cache },
    resources: [{ ...secret, cache }, page],
  })
  const scopeOf = async (method: string, params = {}) =>
    (await server(callOf(method, params)))['cacheScope']
  assert.equal(await scopeOf('tools/list'), 'private')
  assert.equal(await scopeOf('resources/list'), 'private')
  assert.equal(await scopeOf('resources/templates/list'), 'private')
  assert.equal(await scopeOf('resources/read', { uri: 'doc://secret' }), 'private')
  const bare = serverOf({ tools: [open], cache: { 'tools/list': cache } })
  const { cacheScope } = await bare(callOf('tools/list', {}, as('x')))
  assert.equal(cacheScope, 'public')
})

test('[UTIL-14] what is found for a caller who is known is private', async () => {
  const cache = { 'resources/list': { ttlMs: 1, cacheScope: 'public' } } as const
  const found = { ...page, scopes: [] }
  const server = serverOf({ resources: [found], cache })
  assert.equal((await server(callOf('resources/list', {}, as())))['cacheScope'], 'private')
  assert.equal((await server(callOf('resources/list')))['cacheScope'], 'public')
})

test('callers who see the same share its text, others never do', async () => {
  const server = serverOf()
  const list = (who: Partial<Call>) => server(callOf('tools/list', {}, who))
  const few = await list(as('docs'))
  assert.equal(encodeResult(few), JSON.stringify(few))
  assert.equal(await list(as()), few)
  assert.equal(await list({ header }), few)
  const many = await list(as('files:read', 'files:write'))
  assert.notEqual(many, few)
  assert.equal(await list({}), many)
  assert.match(encodeResult(many), /"write"/)
  assert.doesNotMatch(encodeResult(few), /"write"/)
})

test('however many sets of scopes callers come with, each sees its own', async () => {
  const tools = [...Array(8).keys()].map((n) =>
    tool({ name: `t${n}`, description: 'x', scopes: [`s${n}`], run: () => '' }),
  )
  const server = serverOf({ tools })
  for (const round of [0, 1]) {
    for (let set = 0; set < 256; set++) {
      const bits = [...Array(8).keys()].filter((n) => set & (1 << n))
      const seen = await keysIn(server, 'tools/list', as(...bits.map((n) => `s${n}`)))
      assert.deepEqual(
        seen,
        bits.map((n) => `t${n}`),
        `${round} ${set}`,
      )
    }
  }
})

for (const sealCursors of [false, true]) {
  const kind = sealCursors ? 'sealed' : 'plain'
  test(`[UTIL-27] a ${kind} cursor tells nobody what another caller sees`, async () => {
    const tools = ['a', 'hidden', 'b', 'c'].map((name) =>
      tool({
        name,
        description: 'x',
        ...(name === 'hidden' && { scopes: ['more'] }),
        run: () => '',
      }),
    )
    const server = serverOf({ tools, pageSize: 2, sealCursors })
    const list = (who: Partial<Call>, cursor?: unknown) =>
      server(callOf('tools/list', cursor === undefined ? {} : { cursor }, who))
    const namesOf = ({ tools: some }: Result) => (some as { name: string }[]).map((t) => t.name)
    const first = await list(as('more'))
    assert.deepEqual(namesOf(first), ['a', 'hidden'])
    assert.deepEqual(namesOf(await list(as('more'), first['nextCursor'])), ['b', 'c'])
    // With fewer scopes the place is gone, as it is for an item that never was.
    await assert.rejects(list(as(), first['nextCursor']), { code: -32602, message: /cursor/ })
    const few = await list(as())
    assert.deepEqual(namesOf(few), ['a', 'b'])
    assert.deepEqual(namesOf(await list(as(), few['nextCursor'])), ['c'])
    // With more scopes in the middle of a list it goes on.
    assert.deepEqual(namesOf(await list(as('more'), few['nextCursor'])), ['c'])
  })
}

test('a subscription is checked when it begins, with the scopes of all that it names', async () => {
  const server = serverOf()
  const resourceSubscriptions = ['doc://secret', 'page://1', 'page://2', 'other://x']
  const listen = (who: Partial<Call>) =>
    callOf('subscriptions/listen', { notifications: { resourceSubscriptions } }, who)
  assert.deepEqual(await refused(server(listen(as('docs')))), ['docs', 'pages'])
  const call = listen(as('docs', 'pages'))
  const ended = server(call)
  server.notify.resourceUpdated('doc://secret')
  assert.equal(call.told.length, 2)
  await server.close()
  await ended
})

test('a resource that gets scopes later is not told of to those who lack them', async () => {
  const server = serverOf({ resources: [resource({ uri: 'a://b', read: () => '' })] })
  const listen = (who: Partial<Call>) => {
    const filter = { notifications: { resourceSubscriptions: ['doc://late'] } }
    const call = callOf('subscriptions/listen', filter, who)
    return { call, ended: server(call) }
  }
  const without = listen(as())
  const having = listen(as('docs'))
  server.add({ ...secret, uri: 'doc://late' })
  server.notify.resourceUpdated('doc://late')
  await turn()
  assert.deepEqual([without.call.told.length, having.call.told.length], [1, 2])
  await server.close()
  await Promise.all([without.ended, having.ended])
})

test('a subscription ends at the first change after its token has, and tells of nothing more', async () => {
  const server = serverOf()
  const listen = (exp: number) => {
    const auth = { ...authOf('docs'), claims: { exp: Date.now() / 1000 + exp } }
    const filter = { resourceSubscriptions: ['doc://secret'], toolsListChanged: true }
    const call = callOf('subscriptions/listen', { notifications: filter }, { auth, header })
    return { call, ended: server(call) }
  }
  const over = listen(-1)
  const good = listen(600)
  server.notify.resourceUpdated('doc://secret')
  assert.equal((await over.ended).resultType, 'complete')
  server.notify.toolsChanged()
  assert.deepEqual([over.call.told.length, good.call.told.length], [1, 3])
  await server.close()
  await good.ended
})

for (const wrapped of [false, true]) {
  test(`scopes hold for what is mounted, ${wrapped ? 'behind' : 'without'} middleware`, async () => {
    const files = serverOf({ middleware: wrapped ? [(next) => (call) => next(call)] : [] })
    const inner = createServer({ name: 'mid', version: '1', mount: { files } })
    const server = createServer({
      name: 'top',
      version: '1',
      mount: { mid: inner },
      cache: { 'tools/list': { cacheScope: 'public' } },
    })
    assert.deepEqual(await keysIn(server, 'tools/list', as()), ['mid_files_open'])
    const all = as('files:read', 'files:write', 'pages')
    assert.deepEqual(await keysIn(server, 'tools/list', all), ['mid_files_open', 'mid_files_write'])
    assert.deepEqual(await keysIn(server, 'resources/list', all), ['page://1'])
    assert.deepEqual(await keysIn(server, 'resources/list', as()), [])
    assert.equal((await server(callOf('tools/list')))['cacheScope'], 'private')
    const call = (method: string, params: Record<string, unknown>) =>
      refused(server(callOf(method, params, as())))
    assert.deepEqual(await call('tools/call', { name: 'mid_files_write' }), [
      'files:read',
      'files:write',
    ])
    assert.deepEqual(await call('resources/read', { uri: 'page://1' }), ['pages'])
    const resourceSubscriptions = ['page://1']
    assert.deepEqual(
      await call('subscriptions/listen', { notifications: { resourceSubscriptions } }),
      ['pages'],
    )
  })
}

test('a kit gives its scopes to all that it defines, beside their own', async () => {
  const admin = kit()
    .scopes('admin')
    .use(({ feature, next }) => next({ needs: feature.scopes.join(' ') }))
    .scopes('audit')
  const server = serverOf({
    tools: [
      admin.tool({
        name: 'purge',
        description: 'x',
        scopes: ['purge', 'admin'],
        run: (_args, { vars }) => vars.needs,
      }),
    ],
    prompts: [admin.prompt({ name: 'p', render: () => '' })],
    resources: [admin.resource({ uri: 'log://all', read: () => '' })],
  })
  const all = ['admin', 'audit', 'purge']
  const call = (method: string, params: object, who: Partial<Call>) =>
    server(callOf(method, { ...params }, who))
  assert.deepEqual(await refused(call('tools/call', { name: 'purge' }, as('admin'))), all)
  assert.deepEqual(await refused(call('prompts/get', { name: 'p' }, as())), ['admin', 'audit'])
  assert.deepEqual(await refused(call('resources/read', { uri: 'log://all' }, as('audit'))), [
    'admin',
    'audit',
  ])
  const { content } = await call('tools/call', { name: 'purge' }, as(...all))
  assert.deepEqual(content, [{ type: 'text', text: 'admin audit purge' }])
})

test('[AUTH-08] needs that depend on data are asked for in the call, together with the rest', async () => {
  const server = serverOf({
    tools: [
      tool({
        name: 'move',
        description: 'x',
        scopes: ['files'],
        run: (_args, ctx) => {
          ctx.requireScopes('vault:read', 'vault:write')
          return 'moved'
        },
      }),
    ],
  })
  const move = (who: Partial<Call>) => server(callOf('tools/call', { name: 'move' }, who))
  const all = ['files', 'vault:read', 'vault:write']
  assert.deepEqual(await refused(move(as('files', 'vault:read'))), all)
  assert.deepEqual((await move(as(...all)))['content'], [{ type: 'text', text: 'moved' }])
  assert.ok(await move({}))
})

test('[AUTH-08] what an answer makes needful is asked for too', async () => {
  const server = serverOf({
    tools: [
      tool({
        name: 'pick',
        description: 'x',
        run: async (_args, ctx) => {
          const answer = await ctx.ask('which', 'Which?', z.object({ vault: z.boolean() }))
          if (answer.action === 'accept' && answer.content.vault) ctx.requireScopes('vault')
          return 'picked'
        },
      }),
    ],
  })
  const meta = { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } }
  const pick = (who: Partial<Call>, params = {}) =>
    server(callOf('tools/call', { name: 'pick', ...params }, { ...who, meta }))
  const answer = async (vault: boolean) => {
    const { requestState } = await pick(as())
    const inputResponses = { which: { action: 'accept', content: { vault } } }
    return pick(as(), { requestState, inputResponses })
  }
  assert.deepEqual(await refused(answer(true)), ['vault'])
  assert.deepEqual((await answer(false))['content'], [{ type: 'text', text: 'picked' }])
})

test('[AUTH-06] handlers learn who calls, and never get hold of the token', async () => {
  const claims = { iss: 'https://as.example', role: 'x' }
  const auth: Auth = { subject: 'ada', clientId: 'app', scopes: ['docs', 'plans'], claims }
  const seen: unknown[] = []
  const headers: Record<string, string> = { authorization: 'Bearer t', dpop: 'proof', 'x-a': 'a' }
  const look = ({ auth, header }: Pick<Call, 'auth' | 'header'>) => {
    seen.push([auth, header?.('authorization'), header?.('dpop'), header?.('x-a')])
    return ''
  }
  const server = serverOf({
    tools: [tool({ name: 't', description: 'x', run: (_args, ctx) => look(ctx) })],
    resources: [{ ...secret, read: (_params: never, ctx: never) => look(ctx) }],
    prompts: [{ ...plan, render: (_args: never, ctx: never) => look(ctx) }],
  })
  const who = { auth, header: (name: string) => headers[name] }
  await server(callOf('tools/call', { name: 't' }, who))
  await server(callOf('resources/read', { uri: 'doc://secret' }, who))
  await server(callOf('prompts/get', { name: 'plan' }, who))
  const one = [auth, undefined, undefined, 'a']
  assert.deepEqual(seen, [one, one, one])
})

test('a scope that no token can have is refused when the server is made', () => {
  for (const scope of ['a b', '', 'a"b', 'é', 'a\\b', 7 as unknown as string]) {
    for (const made of [
      { tools: [{ ...write, scopes: [scope] }] },
      { resources: [{ ...secret, scopes: [scope] }] },
      { resources: [{ ...page, scopes: [scope] }] },
      { prompts: [{ ...plan, scopes: [scope] }] },
    ]) {
      assert.throws(() => serverOf(made), { name: 'TypeError', message: /each scope of/ })
    }
  }
})
