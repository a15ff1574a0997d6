import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  encodeResult,
  type Handler,
  inputRequired,
  RpcError,
  type ToolDescription,
} from '@lutra/core'
import {
  audio,
  createServer,
  embed,
  image,
  link,
  type ServerOptions,
  ToolError,
  text,
  tool,
} from '@lutra/server'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import { callOf, callTool } from '../../test/calls.ts'

function serverOf(...tools: NonNullable<ServerOptions['tools']>[]) {
  const errors: unknown[] = []
  const server = createServer({
    name: 'test',
    version: '1',
    tools: tools.flatMap((some) => Object.values(some)),
    onError: (error) => errors.push(error),
  })
  return Object.assign(server, { errors })
}

const rpc = (code: number, message: RegExp) => (error: unknown) =>
  error instanceof RpcError && error.code === code && message.test(error.message)

/** A tool that returns this. */
const giving = (value: unknown) =>
  serverOf([tool({ name: 'give', description: 'Gives', run: () => value })])

async function inputSchemaOf(server: Handler): Promise<Record<string, unknown>> {
  const { tools } = await server(callOf('tools/list'))
  const [first] = tools as ToolDescription[]
  return { ...first?.inputSchema }
}

test('a list describes tools in their order, all that they say of themselves included', async () => {
  const server = serverOf([
    tool({
      name: 'b',
      title: 'Bee',
      description: 'Second letter',
      icons: [{ src: 'https://example.com/b.png' }],
      _meta: { 'com.example/x': 1 },
      hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
      scopes: ['never:sent'],
      tags: ['never sent'],
      input: {
        type: 'object',
        properties: { n: { type: 'integer' } },
        $defs: { a: {} },
        if: {},
        else: {},
      },
      output: { type: 'array' },
      run: () => [],
    }),
    tool({ name: 'a', description: 'First letter', run: () => 'a' }),
  ])
  const { tools } = await server(callOf('tools/list'))
  assert.deepEqual(tools, [
    {
      name: 'b',
      title: 'Bee',
      description: 'Second letter',
      inputSchema: {
        type: 'object',
        properties: { n: { type: 'integer' } },
        $defs: { a: {} },
        if: {},
        else: {},
      },
      outputSchema: { type: 'array' },
      annotations: {
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
      icons: [{ src: 'https://example.com/b.png' }],
      _meta: { 'com.example/x': 1 },
    },
    {
      name: 'a',
      description: 'First letter',
      inputSchema: { type: 'object', additionalProperties: false },
    },
  ])
})

const libraries = {
  zod: z.object({ city: z.string(), days: z.number().int().default(3) }),
  valibot: toStandardJsonSchema(
    v.object({ city: v.string(), days: v.optional(v.pipe(v.number(), v.integer()), 3) }),
  ),
  arktype: type({ city: 'string', days: 'number.integer = 3' }),
}

for (const [library, input] of Object.entries(libraries)) {
  test(`${library}: input and output from its schemas, without an adapter`, async () => {
    const server = serverOf([
      tool({
        name: 'echo',
        description: 'Echo',
        input,
        output: input,
        run: (args) => args as never,
      }),
    ])
    const inputSchema = await inputSchemaOf(server)
    const { type: root, properties } = inputSchema
    assert.equal(root, 'object')
    assert.deepEqual(Object.keys(properties ?? {}), ['city', 'days'])
    const { structuredContent, content, isError } = await callTool(server, 'echo', { city: 'Bern' })
    assert.equal(isError, undefined)
    assert.deepEqual(structuredContent, { city: 'Bern', days: 3 })
    assert.deepEqual(content, [{ type: 'text', text: '{"city":"Bern","days":3}' }])
    const wrong = await callTool(server, 'echo', { city: 7, days: 1.5 })
    assert.equal(wrong['isError'], true)
    const [block] = wrong['content'] as { text: string }[]
    assert.match(block?.text ?? '', /Invalid arguments for tool "echo":\n- /)
    assert.match(block?.text ?? '', /- city: .*string.*\(got 7\)/)
    assert.match(block?.text ?? '', /- days: .*\(got 1\.5\)/)
  })
}

test('[SCH-04] a schema without JSON Schema is refused when the server is made, with what to do', () => {
  const bare = tool({ name: 'x', description: 'x', input: v.object({}), run: () => '' })
  assert.throws(() => serverOf([bare]), {
    name: 'TypeError',
    message: /the input of tool "x".*toStandardJsonSchema\(\) from @valibot\/to-json-schema/,
  })
  const list = tool({ name: 'x', description: 'x', input: z.array(z.string()), run: () => '' })
  assert.throws(() => serverOf([list]), {
    name: 'TypeError',
    message: /type "object", not "array"/,
  })
  const broken = tool({ name: 'x', description: 'x', input: { type: 'objekt' }, run: () => '' })
  assert.throws(() => serverOf([broken]), { name: 'TypeError', message: /tool "x"/ })
})

test('[SCH-09] a union of objects is an object at its root', async () => {
  const input = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])
  const server = serverOf([tool({ name: 'x', description: 'x', input, run: (args) => args })])
  const inputSchema = await inputSchemaOf(server)
  assert.equal(inputSchema['type'], 'object')
  assert.ok(Array.isArray(inputSchema['anyOf']) && inputSchema['anyOf'].length === 2)
  assert.deepEqual((await callTool(server, 'x', { b: '1' }))['structuredContent'], { b: '1' })
})

test('[SCH-09] a JSON Schema as it is: checked on both ways, told unchanged', async () => {
  const input = {
    type: 'object',
    properties: { n: { type: 'integer', minimum: 1 } },
    required: ['n'],
    additionalProperties: false,
  }
  const server = serverOf([
    tool({
      name: 'half',
      description: 'Half',
      input,
      output: { type: 'integer' },
      run: ({ n }) => Number(n) / 2,
    }),
  ])
  assert.equal((await callTool(server, 'half', { n: 4 }))['structuredContent'], 2)
  const wrong = await callTool(server, 'half', { n: 0, m: 1 })
  const [block] = wrong['content'] as { text: string }[]
  assert.match(block?.text ?? '', /- n: .*1.*\n- .*m/)
  await assert.rejects(callTool(server, 'half', { n: 3 }), rpc(-32603, /^Internal error \(/))
  assert.match(
    String(server.errors[0]),
    /Tool "half" returned something else than its output schema/,
  )
})

test('a tool without input takes no arguments, and says so', async () => {
  const server = giving('yes')
  assert.deepEqual((await callTool(server, 'give', {}))['content'], [{ type: 'text', text: 'yes' }])
  const wrong = await callTool(server, 'give', { ['__proto__']: 1, 'a/b': 1 })
  assert.equal(wrong['isError'], true)
  assert.match(JSON.stringify(wrong['content']), /a~1b|a\/b/)
})

test('[FEAT-04] all violations are told, up to a bound', async () => {
  const properties = Object.fromEntries([...Array(50).keys()].map((n) => [`p${n}`, z.string()]))
  const server = serverOf([
    tool({ name: 'x', description: 'x', input: z.object(properties), run: () => '' }),
  ])
  const [block] = (await callTool(server, 'x'))['content'] as { text: string }[]
  assert.equal(block?.text.split('\n- ').length, 22)
  assert.match(block?.text ?? '', /- and 30 more$/)
})

test('[FEAT-05] an unknown tool, a missing name and arguments that are no object are -32602', async () => {
  const server = giving('x')
  for (const name of ['nope', 'constructor', '__proto__', 'toString', '']) {
    await assert.rejects(callTool(server, name), rpc(-32602, /^Unknown tool: /))
  }
  await assert.rejects(server(callOf('tools/call', {})), rpc(-32602, /"name"/))
  for (const args of [null, [], 'x', 1]) {
    const call = callOf('tools/call', { name: 'give', arguments: args })
    await assert.rejects(server(call), rpc(-32602, /"arguments" to be an object/))
  }
})

test('tools may have the names of what every object has', async () => {
  const server = serverOf([
    tool({ name: 'constructor', description: 'x', run: () => 'built' }),
    tool({ name: '__proto__', description: 'x', run: () => 'proto' }),
  ])
  assert.match(JSON.stringify(await callTool(server, 'constructor')), /built/)
  assert.match(JSON.stringify(await callTool(server, '__proto__')), /proto/)
})

const values: readonly (readonly [string, unknown, object])[] = [
  ['text', 'hi', { content: [{ type: 'text', text: 'hi' }] }],
  ['nothing', undefined, { content: [] }],
  ['null', null, { content: [{ type: 'text', text: 'null' }], structuredContent: null }],
  ['zero', 0, { content: [{ type: 'text', text: '0' }], structuredContent: 0 }],
  ['false', false, { content: [{ type: 'text', text: 'false' }], structuredContent: false }],
  ['a list', [], { content: [{ type: 'text', text: '[]' }], structuredContent: [] }],
  ['data', { a: 1 }, { content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } }],
  [
    'data that looks like content',
    { type: 'text', text: 'x' },
    {
      content: [{ type: 'text', text: '{"type":"text","text":"x"}' }],
      structuredContent: { type: 'text', text: 'x' },
    },
  ],
  [
    'data that has a content',
    { content: [{ type: 'text', text: 'x' }], id: 1 },
    {
      content: [{ type: 'text', text: '{"content":[{"type":"text","text":"x"}],"id":1}' }],
      structuredContent: { content: [{ type: 'text', text: 'x' }], id: 1 },
    },
  ],
  ['a content block', text('x'), { content: [{ type: 'text', text: 'x' }] }],
  [
    'content blocks',
    [
      image(new Uint8Array([1, 2, 255]), 'image/png', { annotations: { priority: 1 } }),
      audio('AQL/', 'audio/wav'),
      link({ uri: 'a://b', name: 'b' }),
      embed({ uri: 'a://b', text: 'x' }),
    ],
    {
      content: [
        { type: 'image', data: 'AQL/', mimeType: 'image/png', annotations: { priority: 1 } },
        { type: 'audio', data: 'AQL/', mimeType: 'audio/wav' },
        { type: 'resource_link', uri: 'a://b', name: 'b' },
        { type: 'resource', resource: { uri: 'a://b', text: 'x' } },
      ],
    },
  ],
  [
    'a whole result',
    { content: [{ type: 'text', text: 'x' }], isError: true, structuredContent: 0 },
    { content: [{ type: 'text', text: 'x' }], isError: true, structuredContent: 0 },
  ],
]

for (const [name, value, expected] of values) {
  test(`returns ${name}`, async () => {
    const { _meta, ...result } = await callTool(giving(value), 'give')
    assert.deepEqual(result, { resultType: 'complete', ...expected })
  })
}

test('a result says who made it, and keeps its own _meta', async () => {
  const serverInfo = { name: 'test', version: '1' }
  const own = { content: [], _meta: { 'com.example/a': 1 } }
  assert.deepEqual((await callTool(giving(own), 'give'))._meta, {
    'com.example/a': 1,
    'io.modelcontextprotocol/serverInfo': serverInfo,
  })
})

const cycle: Record<string, unknown> = {}
cycle['self'] = cycle
const unserialisable = {
  'a BigInt': { n: 1n },
  'a cycle': cycle,
  'a function': () => 1,
  'a symbol': Symbol('x'),
}

for (const [name, value] of Object.entries(unserialisable)) {
  test(`${name} is an internal error that names the tool, and the server goes on`, async () => {
    const server = giving(value)
    await assert.rejects(
      callTool(server, 'give'),
      rpc(-32603, /^Internal error \([0-9a-f-]{36}\)$/),
    )
    assert.match(String(server.errors[0]), /TypeError: Tool "give" returned what JSON cannot hold/)
    assert.ok(encodeResult(await server(callOf('tools/list'))))
  })
}

test('a ToolError is told to the model; whatever else is thrown is told to the operator alone', async () => {
  const secret = 'postgres://admin:hunter2@db'
  for (const thrown of [new Error(secret), secret, null, undefined, { secret }]) {
    const server = serverOf([
      tool({
        name: 'fail',
        description: 'Fails',
        run: () => {
          throw thrown
        },
      }),
    ])
    await assert.rejects(callTool(server, 'fail'), (error: RpcError) => {
      return (
        error.code === -32603 && !JSON.stringify([error.message, error.data]).includes('hunter2')
      )
    })
    assert.deepEqual(server.errors, [thrown])
  }
  const server = serverOf([
    tool({
      name: 'fail',
      description: 'Fails',
      run: async () => {
        throw new ToolError('The city is closed')
      },
    }),
  ])
  const { _meta, ...result } = await callTool(server, 'fail')
  assert.deepEqual(result, {
    resultType: 'complete',
    content: [{ type: 'text', text: 'The city is closed' }],
    isError: true,
  })
  assert.deepEqual(server.errors, [])
})

test('an RpcError reaches the peer as it is', async () => {
  const refusal = new RpcError('No', { code: -1, data: { why: 'not' } })
  const server = serverOf([
    tool({ name: 'fail', description: 'Fails', run: () => Promise.reject(refusal) }),
  ])
  await assert.rejects(callTool(server, 'fail'), refusal)
  assert.deepEqual(server.errors, [])
})

test('what a cancelled call throws is no fault of the server', async () => {
  const server = serverOf([
    tool({
      name: 'wait',
      description: 'Waits',
      run: (_args, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }),
  ])
  const call = callOf('tools/call', { name: 'wait' })
  const waiting = server(call)
  call.cancel()
  await assert.rejects(waiting, rpc(-32603, /Internal error/))
  assert.deepEqual(server.errors, [])
})

test('[FEAT-02] an output schema must be kept to, by whole results too', async () => {
  const output = z.object({ n: z.number().default(1) })
  const make = (value: unknown) =>
    serverOf([tool({ name: 'x', description: 'x', output, run: () => value as { n: number } })])
  const { structuredContent } = await callTool(make({}), 'x')
  assert.deepEqual(structuredContent, { n: 1 }, 'defaults are filled in')
  for (const wrong of [undefined, 'x', { n: '1' }, text('x'), { content: [] }]) {
    await assert.rejects(callTool(make(wrong), 'x'), rpc(-32603, /Internal error/))
  }
  const whole = await callTool(make({ content: [], structuredContent: { n: 2 } }), 'x')
  assert.deepEqual([whole['structuredContent'], whole['content']], [{ n: 2 }, []])
  const failed = await callTool(
    make({ content: [{ type: 'text', text: 'no' }], isError: true }),
    'x',
  )
  assert.equal(failed['isError'], true)
})

test('a question asked by hand goes out as it is, where the caller can be asked', async () => {
  const inputRequests = {
    who: { method: 'elicitation/create', params: { message: 'Who?', requestedSchema: {} } },
  } as const
  const server = serverOf([
    tool({
      name: 'ask',
      description: 'Asks',
      input: z.object({}),
      async run(_args, ctx) {
        if (ctx.responses.has('who')) return { kept: await ctx.openState() }
        return inputRequired({ inputRequests, requestState: await ctx.sealState(['kept']) })
      },
    }),
  ])
  const able = {
    meta: { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } },
  }
  const params = { name: 'ask', arguments: {} }
  const first = await server(callOf('tools/call', params, able))
  assert.equal(first.resultType, 'input_required')
  assert.deepEqual(first['inputRequests'], inputRequests)
  const requestState = first['requestState']
  const answered = { ...params, requestState, inputResponses: { who: { action: 'decline' } } }
  const second = await server(callOf('tools/call', answered, able))
  assert.deepEqual(second['structuredContent'], { kept: ['kept'] })
  await assert.rejects(server(callOf('tools/call', params)), (error: RpcError) => {
    assert.deepEqual(error.data, { requiredCapabilities: { elicitation: { form: {} } } })
    return error.code === -32021
  })
})

test('[HTTP-62, HTTP-63, HTTP-64] mirrored arguments are verified where the wire has headers', async () => {
  const server = serverOf([
    tool({
      name: 'x',
      description: 'x',
      input: {
        type: 'object',
        properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
      },
      run: ({ region }) => `in ${region}`,
    }),
  ])
  const params = { name: 'x', arguments: { region: 'eu' } }
  const withHeader = (value: string | undefined) =>
    server(
      callOf('tools/call', params, {
        header: (name) => (name === 'mcp-param-region' ? value : undefined),
      }),
    )
  assert.match(JSON.stringify(await withHeader('eu')), /in eu/)
  assert.match(JSON.stringify(await server(callOf('tools/call', params))), /in eu/)
  await assert.rejects(withHeader('us'), rpc(-32020, /Region/))
  await assert.rejects(withHeader(undefined), rpc(-32020, /Region/))
  const wrong = { type: 'object', properties: { n: { type: 'number', 'x-mcp-header': 'N' } } }
  assert.throws(
    () => serverOf([tool({ name: 'y', description: 'y', input: wrong, run: () => '' })]),
    {
      name: 'TypeError',
      message: /x-mcp-header annotations of tool "y"/,
    },
  )
})

test('a good call looks at nothing that costs', async () => {
  const call = callOf('tools/call', { name: 'give' })
  await giving('x')(call)
  assert.equal(call.watched(), false)
  assert.deepEqual(call.told, [])
})
