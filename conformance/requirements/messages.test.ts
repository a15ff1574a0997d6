import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { connect } from '@lutra/client/connect'
import { metaKeys, RpcError } from '@lutra/core'
import { createServer } from '@lutra/server'
import { serveStdio } from '@lutra/server/serve-stdio'
import { createWorkshop } from '../wires/workshop.ts'
import { poster } from './post.ts'

const everything = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} }
const loud = { [metaKeys.logLevel]: 'debug', progressToken: 'p' }
const asking = ['ask_name', 'ask_both', 'ask_page', 'ask_model', 'ask_roots']

test('[WIRE-03, HTTP-17, HTTP-18] whatever is asked, no stream brings a request of the server', async () => {
  const post = poster(createWorkshop())
  for (const name of [...asking, 'chatter', 'count']) {
    const params = { name, arguments: name === 'count' ? { to: 3 } : {} }
    const { messages } = await post('tools/call', params, { capabilities: everything, meta: loud })
    const last = messages.at(-1)
    assert.equal(last?.id, 1, name)
    for (const message of messages.slice(0, -1)) {
      assert.match(message.method ?? '', /^notifications\/(?:message|progress)$/)
      assert.ok(!('id' in message), name)
    }
  }
})

test('[STDIO-05] whatever is asked, no request is written to standard output', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = serveStdio(createWorkshop(), { input, output })
  const _meta = {
    [metaKeys.protocolVersion]: '2026-07-28',
    [metaKeys.clientCapabilities]: everything,
    ...loud,
  }
  for (const [id, name] of [...asking, 'chatter'].entries()) {
    const params = { name, arguments: {}, _meta }
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`)
  }
  input.end()
  await served
  output.end()
  let answers = 0
  for (const line of (await output.toArray()).join('').trim().split('\n')) {
    const { id, method } = JSON.parse(line)
    assert.ok(method === undefined || id === undefined, line)
    if (method === undefined) answers += 1
  }
  assert.equal(answers, asking.length + 1)
})

test('[MRTR-03] what is no call of a tool, read or prompt is answered without questions', async () => {
  const post = poster(createWorkshop())
  const ref = { type: 'ref/prompt', name: 'greet' }
  const methods = {
    'server/discover': {},
    'tools/list': {},
    'prompts/list': {},
    'resources/list': {},
    'resources/templates/list': {},
    'completion/complete': { ref, argument: { name: 'name', value: '' } },
  }
  for (const [method, params] of Object.entries(methods)) {
    const { messages } = await post(method, params, { capabilities: everything })
    assert.equal(messages[0]?.result?.['resultType'], 'complete', method)
  }
  const { messages } = await post('tools/call', { name: 'ask_name' }, { capabilities: everything })
  assert.equal(messages[0]?.result?.['resultType'], 'input_required')
})

test('[WIRE-19, WIRE-21, WIRE-23] a server sends only the codes that the specification defines, each for its own', async () => {
  const post = poster(createWorkshop())
  const codes = {
    'resources/read': [-32602, { uri: 'note://nobody' }],
    'tools/call': [-32602, { name: 'nobody' }],
    'prompts/get': [-32602, { name: 'nobody' }],
    'tools/list': [-32602, { cursor: 'bad' }],
    'no/method': [-32601, {}],
    initialize: [-32601, {}],
    ping: [-32601, {}],
  } as const
  for (const [method, [code, params]] of Object.entries(codes)) {
    assert.equal((await post(method, params)).messages[0]?.error?.code, code, method)
  }
  const crashed = await post('tools/call', { name: 'crash', arguments: { what: 'object' } })
  assert.equal(crashed.messages[0]?.error?.code, -32603)
})

test('[WIRE-22] nothing is read into the codes of a range that anybody may use', async () => {
  for (const code of [-32000, -32001, -32003, -32019]) {
    const client = await connect(async ({ method }) => {
      if (method !== 'server/discover') throw new RpcError('mine', { code, data: { a: 1 } })
      return discovered
    })
    await assert.rejects(client.callTool('x'), { name: 'RpcError', code, data: { a: 1 } })
    await client.close()
  }
})

test('[WIRE-41] a server that declares a list answers it, be it empty', async () => {
  const server = createWorkshop()
  const bare = createServer({ name: 'bare', version: '1.0.0', tools: [] })
  for (const one of [server, bare]) {
    const post = poster(one)
    const { messages } = await post('server/discover')
    const declared = Object.keys(messages[0]?.result?.['capabilities'] ?? {})
    for (const kind of ['tools', 'prompts', 'resources']) {
      const { messages: answer } = await post(`${kind}/list`)
      assert.equal(answer[0]?.result !== undefined, declared.includes(kind), kind)
    }
  }
})

const discovered = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  ttlMs: 0,
  cacheScope: 'private',
} as const
