import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metaKeys, RpcError } from '@lutra/core'
import { createServer, resource, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'
import { createWorkshop } from '../wires/workshop.ts'
import { poster, requestOf } from './post.ts'

test('[UTIL-15] what may be kept is private unless its author says that all may share it', async () => {
  const make = (cacheScope?: 'public') =>
    createServer({
      name: 'cached',
      version: '1.0.0',
      tools: [tool({ name: 'a', description: 'A', run: () => 'a' })],
      resources: [resource({ uri: 'a://b', read: () => 'b' })],
      ...(cacheScope && { cache: { 'tools/list': { ttlMs: 1000, cacheScope } } }),
    })
  const scope = async (server: ReturnType<typeof make>, method: string, params = {}) =>
    (await poster(server)(method, params)).messages[0]?.result?.['cacheScope']
  for (const method of [
    'server/discover',
    'tools/list',
    'resources/list',
    'resources/templates/list',
  ]) {
    assert.equal(await scope(make(), method), 'private', method)
  }
  assert.equal(await scope(make(), 'resources/read', { uri: 'a://b' }), 'private')
  assert.equal(await scope(make('public'), 'tools/list'), 'public')
  assert.equal(await scope(make('public'), 'resources/list'), 'private')
})

test('[UTIL-16] a list that all may share lets nobody in: each call is decided on its own', async () => {
  const server = createServer({
    name: 'guarded',
    version: '1.0.0',
    tools: [tool({ name: 'admin', description: 'For few', run: () => 'done' })],
    cache: { 'tools/list': { ttlMs: 60_000, cacheScope: 'public' } },
    middleware: [
      (next) => (call) => {
        if (call.method === 'tools/call' && call.auth?.subject !== 'root') {
          throw new RpcError('Not for you', { code: 403 })
        }
        return next(call)
      },
    ],
  })
  const serve = serveHttp(server)
  const as = async (subject: string, method: string) => {
    const request = requestOf(method, method === 'tools/call' ? { name: 'admin' } : {})
    return (await serve(request, { auth: { subject, scopes: [], claims: {} } })).json()
  }
  for (const subject of ['root', 'ann']) {
    assert.equal((await as(subject, 'tools/list')).result.tools.length, 1)
  }
  assert.equal((await as('root', 'tools/call')).result.content[0].text, 'done')
  assert.equal((await as('ann', 'tools/call')).error.code, 403)
})

test('[UTIL-32] a server that logs declares it, and one that does not declare it does not log', async () => {
  const server = (logging?: false) =>
    createServer({
      name: 'logging',
      version: '1.0.0',
      tools: [
        tool({
          name: 'log',
          description: 'Logs',
          run: (_, ctx) => {
            ctx.log.error('heard')
            return 'logged'
          },
        }),
      ],
      logger: { warn() {}, error() {} },
      ...(logging === false && { logging }),
    })
  for (const logging of [undefined, false] as const) {
    const post = poster(server(logging))
    const { messages } = await post('server/discover')
    const declared = Object.keys(messages[0]?.result?.['capabilities'] ?? {}).includes('logging')
    const call = await post(
      'tools/call',
      { name: 'log' },
      { meta: { [metaKeys.logLevel]: 'debug' } },
    )
    const heard = call.messages.some(({ method }) => method === 'notifications/message')
    assert.equal(declared, logging === undefined)
    assert.equal(heard, declared)
  }
})

test('[SUB-14, UTIL-35] a subscription brings neither the logs nor the progress of calls beside it', async () => {
  const server = createWorkshop()
  const post = poster(server)
  const meta = { [metaKeys.logLevel]: 'debug', progressToken: 'p' }
  const filter = { notifications: { toolsListChanged: true } }
  const listening = post('subscriptions/listen', filter, { id: 7, meta })
  await post('tools/call', { name: 'chatter' }, { meta })
  await post('tools/call', { name: 'count', arguments: { to: 2 } }, { meta })
  await post('tools/call', { name: 'touch' })
  await post('tools/call', { name: 'end_subscriptions' })
  const { messages } = await listening
  assert.deepEqual(
    messages.map(({ id, method }) => method ?? id),
    ['notifications/subscriptions/acknowledged', 'notifications/tools/list_changed', 7],
  )
})
