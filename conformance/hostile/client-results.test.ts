/** A client at a server whose results are lies: too many, too deep, too long, of wrong types, under names of the language. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Client, createClient, InvalidResponseError } from '@lutra/client'
import { connectHttp } from '@lutra/client/connect-http'
import { RpcError } from '@lutra/core'
import { oddValues } from './bodies.ts'
import { type EvilServer, type Prey, startEvilServer } from './evil-server.ts'

const options = { retries: 0, timeoutMs: 20_000, onWarning() {} }

async function against(
  answer: (prey: Prey) => void,
  body: (client: Client, server: EvilServer) => Promise<void>,
  more: Parameters<typeof createClient>[1] = {},
): Promise<void> {
  await using server = await startEvilServer(answer)
  const connection = await connectHttp(server.url, { ...options, ...more, era: 'modern' })
  await using client = createClient(connection, { ...options, ...more })
  await body(client, server)
}

const complete = { resultType: 'complete' }

const words: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  callTool: (client) => client.callTool('x'),
  listTools: (client) => client.listTools(),
  listPrompts: (client) => client.listPrompts(),
  listResources: (client) => client.listResources(),
  listResourceTemplates: (client) => client.listResourceTemplates(),
  readResource: (client) => client.readResource('a://b'),
  getPrompt: (client) => client.getPrompt('x'),
  complete: (client) =>
    client.complete({ ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: '' } }),
  request: (client) => client.request('x/y'),
}

const fields = [
  'content',
  'structuredContent',
  'isError',
  'tools',
  'prompts',
  'resources',
  'resourceTemplates',
  'contents',
  'messages',
  'description',
  'completion',
  'nextCursor',
  '_meta',
  'resultType',
  'inputRequests',
  'requestState',
  'ttlMs',
  'cacheScope',
]

test('whatever a field holds, each word gives a result or says what is wrong with it', async () => {
  let field = ''
  let value: unknown
  const sound = {
    ...complete,
    content: [],
    tools: [],
    prompts: [],
    resources: [],
    resourceTemplates: [],
    contents: [],
    messages: [],
    completion: { values: [] },
  }
  const ends = { well: 0, badly: 0 }
  await against(
    (prey) => prey.result({ ...sound, [field]: value }),
    async (client) => {
      const inner = oddValues.flatMap((odd) => [
        odd,
        [odd],
        [{ type: odd, text: odd, name: odd, uri: odd }],
      ])
      for (field of fields) {
        for (value of inner) {
          for (const [word, run] of Object.entries(words)) {
            try {
              await run(client)
              ends.well += 1
            } catch (error) {
              ends.badly += 1
              const known = error instanceof InvalidResponseError
              assert.ok(
                known,
                `${word}: ${field}: ${JSON.stringify(value)?.slice(0, 200)}: ${error}`,
              )
            }
          }
        }
      }
    },
    { cache: false, maxPages: 3, answer: { elicit: () => ({ action: 'cancel' }), roots: [] } },
  )
  assert.ok(ends.well > 1000 && ends.badly > 1000, JSON.stringify(ends))
})

test('results that nest 100,000 deep, or just not too deep, fail their call alone', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
  const deepest = `${'[{"a":'.repeat(490)}1${'}]'.repeat(490)}`
  let nested = deep
  await against(
    ({ id, respond }) => {
      const json = `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete","ttlMs":1000,"content":[],"tools":${nested},"contents":${nested},"structuredContent":${nested},"messages":${nested},"_meta":{"a":${nested}}}}`
      respond(200, { 'Content-Type': 'application/json' }, json)
    },
    async (client) => {
      for (nested of [deep, objects, deepest]) {
        for (const run of Object.values(words)) {
          await run(client).catch((error) =>
            assert.ok(error instanceof InvalidResponseError, String(error)),
          )
        }
      }
    },
  )
})

test('cursors that go in circles, and pages without end, end the list', async () => {
  let next: (page: number) => unknown = () => 'same'
  let page = 0
  await against(
    (prey) => prey.result({ ...complete, tools: [], nextCursor: next(++page) }),
    async (client, { seen }) => {
      await assert.rejects(client.listTools(), /same cursor twice/)
      next = (count) => `c${count % 7}`
      await assert.rejects(client.listTools(), /same cursor twice/)
      next = (count) => `c${count}`
      seen.length = 0
      await assert.rejects(client.listTools(), /more than 50 pages/)
      assert.equal(seen.length, 50)
      next = () => '__proto__'
      await assert.rejects(client.listTools(), /same cursor twice/)
    },
    { maxPages: 50, cache: false },
  )
})

test('a million tools are a list like any other', async () => {
  const tools = Array.from(
    { length: 1_000_000 },
    (_, n) => `{"name":"t${n}","inputSchema":{"type":"object"}}`,
  )
  const text = `"tools":[${tools.join(',')}]`
  await against(
    ({ id, respond }) =>
      respond(
        200,
        { 'Content-Type': 'application/json' },
        `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete",${text}}}`,
      ),
    async (client) => assert.equal((await client.listTools()).length, 1_000_000),
    { timeoutMs: 0 },
  )
})

test('tools, prompts and resources may have names of the language, and twice the same one', async () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'then',
    'valueOf',
    '',
    'x',
    'x',
    '\ud800',
    '\u0000\r\n',
  ]
  const schema = {
    type: 'object',
    properties: JSON.parse('{"__proto__":{"type":"string","x-mcp-header":"P"}}'),
  }
  await against(
    (prey) => {
      const items = names.map((name) => ({
        name,
        uri: name,
        uriTemplate: name,
        inputSchema: schema,
        outputSchema: true,
      }))
      if (prey.method.endsWith('/list')) {
        prey.result({
          ...complete,
          ttlMs: 1000,
          tools: items,
          prompts: items,
          resources: items,
          resourceTemplates: items,
        })
      } else
        prey.result({ ...complete, content: [{ type: 'text', text: 'x' }], structuredContent: 1 })
    },
    async (client) => {
      for (const list of [
        'listTools',
        'listPrompts',
        'listResources',
        'listResourceTemplates',
      ] as const) {
        assert.equal((await client[list]()).length, names.length)
      }
      const args = JSON.parse('{"__proto__":"v","constructor":1}')
      for (const name of names) assert.equal((await client.callTool(name, args)).text, 'x')
      assert.equal(Object.hasOwn(Object.prototype, 'x-mcp-header'), false)
    },
  )
})

test('annotations that ask for impossible headers cost their tool, and send nothing', async () => {
  const evil = [
    'Evil\r\nX-Injected: 1',
    'A B',
    '',
    ' ',
    'Ünï',
    '\u0000',
    'a:b',
    'x'.repeat(10_000),
    1,
    null,
    {},
    ['A'],
    '__proto__\n',
  ]
  const tools = evil.map((header, n) => ({
    name: `t${n}`,
    inputSchema: { type: 'object', properties: { a: { type: 'string', 'x-mcp-header': header } } },
  }))
  const good = {
    type: 'object',
    properties: { a: { type: 'string', 'x-mcp-header': 'Authorization' } },
  }
  tools.push({ name: 'good', inputSchema: good as (typeof tools)[0]['inputSchema'] })
  await against(
    (prey) =>
      prey.result(
        prey.method === 'tools/list' ? { ...complete, tools } : { ...complete, content: [] },
      ),
    async (client, { seen }) => {
      const kept = (await client.listTools()).map(({ name }) => name)
      assert.ok(kept.includes('good') && kept.length <= 2, kept.join())
      for (const { name } of tools) await client.callTool(name, { a: 'v\r\nX-Injected: 1' })
      for (const { head } of seen) {
        assert.ok(!/^x-injected/im.test(head) && !/^authorization/im.test(head), head)
      }
      assert.match(seen.at(-1)?.head ?? '', /^mcp-param-authorization: =\?base64\?/im)
    },
  )
})

test('a server that refuses headers for ever is asked twice, not for ever', async () => {
  let count = 0
  const list = () => ({
    ...complete,
    nextCursor: `c${++count}`,
    tools: [{ name: `t${count}`, inputSchema: { type: 'object' } }],
  })
  await against(
    (prey) => {
      if (prey.method === 'tools/list') return prey.result(list())
      const error = { code: -32020, message: 'No' }
      prey.respond(
        400,
        { 'Content-Type': 'application/json' },
        JSON.stringify({ jsonrpc: '2.0', id: prey.id, error }),
      )
    },
    async (client, { seen }) => {
      await assert.rejects(client.callTool('x', { a: 1 }), RpcError)
      assert.ok(seen.length <= 102, `${seen.length} requests`)
    },
  )
})
