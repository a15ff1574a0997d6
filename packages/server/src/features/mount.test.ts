import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Middleware, RpcError } from '@lutra/core'
import { createServer, kit, prompt, resource, tool } from '@lutra/server'
import { z } from 'zod'
import { ask, callOf, callTool } from '../../test/calls.ts'

const greet = tool({
  name: 'greet',
  description: 'Greets',
  input: z.object({ who: z.string() }),
  run: ({ who }) => `hi ${who}`,
})
const review = prompt({
  name: 'review',
  input: z.object({ tone: z.enum(['kind', 'blunt']) }),
  render: ({ tone }) => tone,
})
const city = resource({
  uri: 'city://{id}',
  name: 'city',
  read: ({ id }) => id,
  list: () => [{ uri: 'city://1' }],
  complete: { id: ['1', '2'] },
})
const fixed = resource({ uri: 'city://all', name: 'all', read: () => 'all' })

const child = (middleware: Middleware[] = []) =>
  createServer({
    name: 'weather',
    version: '2',
    tools: [greet],
    prompts: [review],
    resources: [city, fixed],
    middleware,
  })

const parentOf = (wx: ReturnType<typeof child>) =>
  createServer({
    name: 'all',
    version: '1',
    tools: [tool({ name: 'greet', description: 'Another', run: () => 'own' })],
    mount: { wx },
  })

const names = (items: unknown) => (items as { name: string }[]).map(({ name }) => name)

for (const middleware of [[], [(next) => next] satisfies Middleware[]]) {
  const how = middleware.length > 0 ? 'asked of a server with middleware' : 'compiled in'
  test(`what is mounted is found under its prefix, ${how}`, async () => {
    const server = parentOf(child(middleware))
    assert.deepEqual(names((await ask(server, 'tools/list'))['tools']), ['greet', 'wx_greet'])
    assert.deepEqual(names((await ask(server, 'prompts/list'))['prompts']), ['wx_review'])
    const { resources } = await ask(server, 'resources/list')
    assert.deepEqual(
      (resources as { uri: string }[]).map(({ uri }) => uri),
      ['city://all', 'city://1'],
    )
    const { resourceTemplates } = await ask(server, 'resources/templates/list')
    assert.deepEqual(names(resourceTemplates), ['city'])
  })
}

test('calls reach it by their own names, and the parent signs the results', async () => {
  const server = parentOf(child())
  const own = await callTool(server, 'greet')
  assert.deepEqual(own['content'], [{ type: 'text', text: 'own' }])
  const { _meta, content } = await callTool(server, 'wx_greet', { who: 'Ada' })
  assert.deepEqual(content, [{ type: 'text', text: 'hi Ada' }])
  assert.deepEqual(_meta, { 'io.modelcontextprotocol/serverInfo': { name: 'all', version: '1' } })
  const { messages } = await ask(server, 'prompts/get', {
    name: 'wx_review',
    arguments: { tone: 'kind' },
  })
  assert.match(JSON.stringify(messages), /kind/)
  for (const uri of ['city://all', 'city://7']) {
    const { contents } = await ask(server, 'resources/read', { uri })
    assert.equal((contents as { uri: string }[])[0]?.uri, uri)
  }
  await assert.rejects(callTool(server, 'wx_nope'), { code: -32602 })
  const wrong = await callTool(server, 'wx_greet', { who: 7 })
  assert.equal(wrong['isError'], true)
})

test('completion is forwarded', async () => {
  const server = parentOf(child())
  const complete = async (ref: object, name: string) =>
    (await ask(server, 'completion/complete', { ref, argument: { name, value: '' } }))['completion']
  assert.deepEqual(await complete({ type: 'ref/prompt', name: 'wx_review' }, 'tone'), {
    values: ['kind', 'blunt'],
  })
  assert.deepEqual(await complete({ type: 'ref/resource', uri: 'city://{id}' }, 'id'), {
    values: ['1', '2'],
  })
})

test('the middleware of what is mounted stays in force, for calls and lists', async () => {
  const guarded: Middleware = (next) => async (call) => {
    if (call.method === 'tools/call' && !call.auth) throw new RpcError('Who are you?', { code: 7 })
    const result = await next(call)
    return call.method === 'tools/list' && !call.auth ? { ...result, tools: [] } : result
  }
  const server = parentOf(child([guarded]))
  await assert.rejects(callTool(server, 'wx_greet', { who: 'x' }), { code: 7 })
  assert.deepEqual(names((await ask(server, 'tools/list'))['tools']), ['greet'])
  const auth = { subject: 'ada', scopes: [], claims: {} }
  const params = { name: 'wx_greet', arguments: { who: 'Ada' } }
  assert.match(JSON.stringify(await server(callOf('tools/call', params, { auth }))), /hi Ada/)
  const { tools } = await server(callOf('tools/list', {}, { auth }))
  assert.deepEqual(names(tools), ['greet', 'wx_greet'])
})

test('changes of what is mounted are told by the parent, and are there', async () => {
  const wx = child()
  const server = createServer({ name: 'top', version: '1', mount: { mid: parentOf(wx) } })
  const filter = { toolsListChanged: true, resourceSubscriptions: ['city://1'] }
  const call = callOf('subscriptions/listen', { notifications: filter }, { id: 1 })
  const ended = server(call)
  const heard = () => call.told.slice(1).map(({ method }) => method)
  wx.notify.resourceUpdated('city://1')
  wx.add(tool({ name: 'extra', description: 'x', run: () => 'new' }))
  assert.deepEqual(heard(), ['notifications/resources/updated', 'notifications/tools/list_changed'])
  assert.match(JSON.stringify(await callTool(server, 'mid_wx_extra')), /new/)
  wx.remove('tool', 'extra')
  await assert.rejects(callTool(server, 'mid_wx_extra'), { code: -32602 })
  await server.close()
  await ended
})

test('the same server may be mounted twice, and is heard of once', async () => {
  const wx = createServer({ name: 'weather', version: '1', tools: [greet] })
  const server = createServer({ name: 'all', version: '1', mount: { a: wx, b: wx } })
  assert.deepEqual(names((await ask(server, 'tools/list'))['tools']), ['a_greet', 'b_greet'])
  const call = callOf('subscriptions/listen', { notifications: { toolsListChanged: true } })
  const ended = server(call)
  wx.notify.toolsChanged()
  assert.equal(call.told.length, 2)
  await server.close()
  await ended
})

test('collisions are refused, naming both', () => {
  const own = tool({ name: 'wx_greet', description: 'x', run: () => '' })
  const make = (options: object) => () => createServer({ name: 'x', version: '1', ...options })
  assert.throws(make({ tools: [own], mount: { wx: child() } }), {
    name: 'TypeError',
    message:
      'Two tools are named "wx_greet": tool "wx_greet" and tool "greet" of the mounted server "wx"',
  })
  assert.throws(make({ mount: { a: child(), b: child() } }), {
    name: 'TypeError',
    message:
      'Two resources are at "city://all": resource "all" of the mounted server "a" and resource "all" of the mounted server "b"',
  })
  const strange = (async () => ({ resultType: 'complete' })) as never
  assert.throws(make({ mount: { wx: strange } }), /Cannot mount "wx"/)
})

test('what collides later stays away, and the operator is told', async () => {
  const errors: unknown[] = []
  const wx = createServer({ name: 'weather', version: '1', tools: [greet] })
  const server = createServer({
    name: 'all',
    version: '1',
    tools: [tool({ name: 'wx_late', description: 'x', run: () => 'own' })],
    mount: { wx },
    onError: (error) => errors.push(error),
  })
  wx.add(tool({ name: 'late', description: 'x', run: () => 'mounted' }))
  assert.match(String(errors[0]), /Two tools are named "wx_late"/)
  assert.match(JSON.stringify(await callTool(server, 'wx_late')), /own/)
})

test('a kit middleware of what is mounted runs, and a question asked there is answered', async () => {
  const asking = kit()
    .use(({ next }) => next({ by: 'kit' }))
    .tool({
      name: 'ask',
      description: 'Asks',
      async run(_args, ctx) {
        const answer = await ctx.ask('who', 'Who?', z.object({ name: z.string() }))
        return answer.action === 'accept' ? `${answer.content.name} by ${ctx.vars.by}` : 'nobody'
      },
    })
  const wx = createServer({ name: 'weather', version: '1', tools: [asking] })
  const server = createServer({ name: 'all', version: '1', mount: { wx } })
  const able = { meta: { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } } }
  const params = { name: 'wx_ask' }
  const { requestState } = await server(callOf('tools/call', params, able))
  const inputResponses = { who: { action: 'accept', content: { name: 'Ada' } } }
  const result = await server(
    callOf('tools/call', { ...params, requestState, inputResponses }, able),
  )
  assert.deepEqual(result['content'], [{ type: 'text', text: 'Ada by kit' }])
})
