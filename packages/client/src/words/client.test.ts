import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Call,
  type Handler,
  inputRequired,
  joinedPipes,
  type Message,
  methodNotFound,
  type Pipe,
  type Result,
  RpcError,
  type ToolDescription,
} from '@lutra/core'
import type { ClientOptions } from '../options.ts'
import { connectPipe } from '../pipe/connect-pipe.ts'
import { connectHandler } from './connect-handler.ts'
import { createClient } from './create-client.ts'
import { ConnectionError, InvalidResponseError, TimeoutError } from './error.ts'
import { ToolCallError } from './tool-result.ts'

type Methods = Readonly<Record<string, (call: Call) => unknown>>

const complete = (fields: object): Result => ({ resultType: 'complete', ...fields })

function server(methods: Methods): Handler {
  const all: Methods = {
    'server/discover': () =>
      complete({
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'toy', version: '1' } },
      }),
    ...methods,
  }
  return async (call) => {
    const method = all[call.method]
    if (!method) throw methodNotFound(call.method)
    return (await method(call)) as Result
  }
}

async function clientOf(methods: Methods, options: ClientOptions = {}) {
  return createClient(await connectHandler(server(methods)), { onWarning() {}, ...options })
}

const text = (words: string) => ({ content: [{ type: 'text', text: words }] })

test('calls tools by name, mounted ones too, and gives data, text and content', async () => {
  const client = await clientOf({
    'tools/call': ({ params: { name, arguments: args } }) =>
      name === 'wx_now'
        ? complete({ ...text('{"a":null}'), structuredContent: null })
        : complete(text(`${name} ${JSON.stringify(args)}`)),
  })
  const plain = await client.tools['echo']?.({ a: 1 })
  assert.equal(plain?.data, 'echo {"a":1}')
  assert.equal(plain?.text, 'echo {"a":1}')
  const tools = client.tools as unknown as { wx: { now(): Promise<{ data: unknown }> } }
  assert.equal((await tools.wx.now()).data, null)
  assert.equal((await client.call('__proto__')).text, '__proto__ {}')
  assert.equal(client.server.serverInfo?.name, 'toy')
})

test('names of the language are no tools', async () => {
  const client = await clientOf({})
  const tools = client.tools as unknown as Record<string | symbol, unknown>
  assert.equal(await client.tools, client.tools)
  assert.equal(Reflect.get(tools, '__proto__'), undefined)
  assert.equal(tools[Symbol.toPrimitive], undefined)
  assert.equal(JSON.stringify({ tools }), '{}')
  assert.equal(typeof tools['constructor'], 'function')
  assert.equal(tools['x'], tools['x'])
})

test('a failed tool throws from the typed words, and is a result of callTool', async () => {
  const client = await clientOf({
    'tools/call': () => complete({ ...text('no such city'), isError: true }),
  })
  await assert.rejects(client.call('forecast'), (error) => {
    assert.ok(error instanceof ToolCallError)
    assert.match(error.message, /forecast failed: no such city/)
    return error.result.isError
  })
  const result = await client.callTool('forecast')
  assert.deepEqual([result.isError, result.text], [true, 'no such city'])
})

test('UTIL-24 UTIL-25 UTIL-26: lists join their pages; an empty cursor is one, a repeated one ends with an error', async () => {
  const pages = new Map<unknown, object>([
    [undefined, { tools: [{ name: 'a' }], nextCursor: '' }],
    ['', { tools: [{ name: 'b' }, { title: 'nameless' }], nextCursor: 'x' }],
    ['x', { tools: [{ name: 'c' }], nextCursor: null }],
  ])
  const warnings: string[] = []
  const client = await clientOf(
    { 'tools/list': ({ params }) => complete(pages.get(params['cursor']) ?? {}) },
    { onWarning: (message) => void warnings.push(message) },
  )
  assert.deepEqual(
    (await client.listTools()).map(({ name }) => name),
    ['a', 'b', 'c'],
  )
  assert.equal(warnings.length, 1)
  const cursors: unknown[] = []
  for await (const page of client.pages('tools')) cursors.push(page.nextCursor)
  assert.deepEqual(cursors, ['', 'x', undefined])
  const circling = await clientOf({
    'tools/list': () => complete({ tools: [], nextCursor: 'again' }),
  })
  await assert.rejects(circling.listTools(), InvalidResponseError)
})

test('[UTIL-23] a list whose cursor went stale starts over', async () => {
  let walks = 0
  const client = await clientOf({
    'prompts/list': ({ params }) => {
      if (params['cursor'] === undefined) {
        walks += 1
        return complete({ prompts: [{ name: 'a' }], nextCursor: String(walks) })
      }
      if (params['cursor'] === '1') throw new RpcError('Bad cursor', { code: -32602 })
      return complete({ prompts: [{ name: 'b' }] })
    },
  })
  assert.equal((await client.listPrompts()).length, 2)
  assert.equal(walks, 2)
})

test('reads resources, prompts and completions, and refuses malformed ones', async () => {
  let broken = false
  const client = await clientOf({
    'resources/read': () =>
      complete({ contents: broken ? [{ uri: 'a:b' }] : [{ uri: 'a:b', text: 'hi' }] }),
    'prompts/get': () =>
      complete({
        messages: broken ? {} : [{ role: 'user', content: { type: 'text', text: 'go' } }],
      }),
    'completion/complete': () =>
      complete({ completion: broken ? {} : { values: ['x'], total: 9 } }),
  })
  const ask = {
    ref: { type: 'ref/prompt', name: 'p' },
    argument: { name: 'a', value: 'b' },
  } as const
  assert.equal((await client.readResource('a:b')).text, 'hi')
  assert.equal((await client.prompts['p']?.())?.text, 'go')
  assert.deepEqual(await client.complete(ask), { values: ['x'], total: 9, hasMore: false })
  broken = true
  await assert.rejects(client.readResource('a:b'), InvalidResponseError)
  await assert.rejects(client.getPrompt('p'), InvalidResponseError)
  await assert.rejects(client.complete(ask), InvalidResponseError)
})

test('WIRE-16 WIRE-17 WIRE-18: a result of a type that was not agreed on is refused; one without a type is complete', async () => {
  let result: object = { resultType: 'task', ...text('') }
  const client = await clientOf({ 'tools/call': () => result })
  await assert.rejects(client.call('x'), InvalidResponseError)
  result = text('old')
  assert.equal((await client.call('x')).text, 'old')
})

test('[UTIL-11] time runs out, unless there is progress, up to a hard limit', async () => {
  const client = await clientOf({
    'tools/call': (call) =>
      new Promise((resolve) => {
        const { progressToken } = call.meta
        const beat = setInterval(() => {
          call.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } })
        }, 20)
        setTimeout(() => resolve(complete(text('done'))), 1000).unref()
        call.signal.addEventListener('abort', () => clearInterval(beat))
        setTimeout(() => clearInterval(beat), 1100)
      }),
    'prompts/get': () => new Promise(() => {}),
  })
  const heard: number[] = []
  const onProgress = ({ progress }: { progress: number }) => void heard.push(progress)
  assert.equal((await client.call('x', {}, { timeoutMs: 500, onProgress })).text, 'done')
  assert.ok(heard.length > 0)
  await assert.rejects(client.call('x', {}, { timeoutMs: 500, maxTimeoutMs: 600 }), TimeoutError)
  await assert.rejects(client.getPrompt('p', {}, { timeoutMs: 20 }), /prompts\/get took longer/)
})

test('a signal cancels, before and during a call', async () => {
  let seen: AbortSignal | undefined
  const client = await clientOf({
    'tools/call': ({ signal }) => {
      seen = signal
      return new Promise(() => {})
    },
  })
  const control = new AbortController()
  const hanging = client.call('x', {}, { signal: control.signal })
  setTimeout(() => control.abort(new Error('enough')), 5)
  await assert.rejects(hanging, /enough/)
  assert.equal(seen?.aborted, true)
  await assert.rejects(client.call('x', {}, { signal: control.signal }), /enough/)
})

test('MRTR-15 MRTR-17 MRTR-18 MRTR-19 FEAT-22: answers questions in parallel, echoes the state, and drops it when the next round has none', async () => {
  const rounds: object[] = []
  const schema = { type: 'object', properties: { who: { type: 'string', default: 'otter' } } }
  const question = (message: string) => ({
    method: 'elicitation/create' as const,
    params: { message, requestedSchema: schema },
  })
  const client = await clientOf(
    {
      'tools/call': ({ params }) => {
        const { inputResponses, requestState } = params
        rounds.push({ inputResponses, requestState })
        if (rounds.length === 1) {
          return inputRequired({
            inputRequests: { a: question('A?'), b: question('B?') },
            requestState: ' exact\n',
          })
        }
        if (rounds.length === 2) return inputRequired({ inputRequests: { c: question('C?') } })
        return complete(text('thanks'))
      },
    },
    {
      answer: {
        elicit: ({ message }, { key, name, server: peer }) => {
          assert.deepEqual([name, peer?.name], ['ask', 'toy'])
          return key === 'b'
            ? { action: 'decline' }
            : { action: 'accept', content: key === 'c' ? {} : { who: message } }
        },
      },
    },
  )
  assert.equal((await client.call('ask')).text, 'thanks')
  assert.deepEqual(rounds, [
    { inputResponses: undefined, requestState: undefined },
    {
      inputResponses: {
        a: { action: 'accept', content: { who: 'A?' } },
        b: { action: 'decline' },
      },
      requestState: ' exact\n',
    },
    {
      inputResponses: { c: { action: 'accept', content: { who: 'otter' } } },
      requestState: undefined,
    },
  ])
})

test('the time a person takes does not count', async () => {
  let asked = false
  const client = await clientOf(
    {
      'tools/call': () => {
        if (asked) return complete(text('ok'))
        asked = true
        return inputRequired({ inputRequests: { r: { method: 'roots/list' } } })
      },
    },
    {
      answer: {
        roots: async () => {
          await new Promise((resolve) => setTimeout(resolve, 600))
          return [{ uri: 'file:///tmp' }]
        },
      },
    },
  )
  assert.equal((await client.call('x', {}, { timeoutMs: 500 })).text, 'ok')
})

test('[FEAT-45] questions end: undeclared ones, endless ones, and ones of methods that may not ask', async () => {
  const again = inputRequired({ inputRequests: { r: { method: 'roots/list' } } })
  const methods = { 'tools/call': () => again, 'prompts/list': () => again }
  const plain = await clientOf(methods)
  await assert.rejects(plain.call('x'), /asked for roots, which this client did not declare/)
  const answering = await clientOf(methods, { answer: { roots: [] }, maxRounds: 3 })
  await assert.rejects(answering.call('x'), /more than 3 times/)
  await assert.rejects(answering.listPrompts(), /may not ask for input/)
})

test('FEAT-23 FEAT-35: only safe pages are opened', async () => {
  const opened: string[] = []
  let url = ''
  let reply: unknown
  const client = await clientOf(
    {
      'tools/call': ({ params }) => {
        reply = params['inputResponses']
        if (reply) return complete(text('ok'))
        return inputRequired({
          inputRequests: {
            u: { method: 'elicitation/create', params: { mode: 'url', message: 'm', url } },
          },
        })
      },
    },
    {
      answer: {
        elicitUrl: (question) => {
          opened.push(question.url.href)
          return { action: 'accept' }
        },
      },
    },
  )
  for (url of ['javascript:alert(1)', 'http://example.com/', 'https://me:pw@example.com/', 'x']) {
    await client.call('x')
    assert.deepEqual(reply, { u: { action: 'decline' } })
  }
  for (url of ['https://example.com/', 'http://127.0.0.1:8080/']) {
    await client.call('x')
    assert.deepEqual(reply, { u: { action: 'accept' } })
  }
  assert.equal(opened.length, 2)
})

test('FEAT-20 FEAT-37 FEAT-46 WIRE-43: what a client declares follows from what it was given', async () => {
  let declared: unknown
  const methods = {
    'tools/call': ({ meta }: Call) => {
      declared = meta.clientCapabilities
      return complete(text(''))
    },
  }
  await (await clientOf(methods)).call('x')
  assert.deepEqual(declared, {})
  const client = await clientOf(methods, {
    answer: { elicit: () => ({ action: 'cancel' }), sample: () => Promise.reject(new Error('no')) },
    extensions: [{ id: 'com.example/x', settings: { a: 1 } }],
    capabilities: { sampling: { tools: {} } },
  })
  await client.call('x')
  assert.deepEqual(declared, {
    elicitation: { form: {} },
    sampling: { tools: {} },
    extensions: { 'com.example/x': { a: 1 } },
  })
})

test('WIRE-31: an extension needs an id with a prefix', async () => {
  for (const id of ['', 'x', '/x', 'x/', 'a b/c']) {
    await assert.rejects(clientOf({}, { extensions: [{ id }] }), TypeError)
  }
})

test('[FEAT-38, FEAT-40, FEAT-41, FEAT-42, FEAT-45] sampling requests and answers are checked before anybody acts on them', async () => {
  let asked: object = {}
  let seen = 0
  const client = await clientOf(
    {
      'tools/call': ({ params }) => {
        if (params['inputResponses']) return complete(text('ok'))
        const request = { maxTokens: 9, ...asked }
        return inputRequired({
          inputRequests: { s: { method: 'sampling/createMessage', params: request } },
        })
      },
    },
    {
      answer: {
        sample: ({ maxTokens }) => {
          seen += 1
          const content = { type: 'text' as const, text: 'hi' }
          const result = { role: 'assistant' as const, content, model: 'm' }
          return maxTokens === 1 ? { ...result, role: 'robot' as 'user' } : result
        },
      },
    },
  )
  const hello = { role: 'user', content: { type: 'text', text: 'hello' } }
  const stray = { type: 'tool_result', toolUseId: '1', content: [] }
  const refused = [
    { messages: [{ ...hello, role: 'system' }] },
    { messages: [{ ...hello, content: 'bare text' }] },
    { messages: [{ role: 'user', content: [stray, hello.content] }] },
    { messages: [{ role: 'user', content: stray }] },
    { messages: [hello], tools: [] },
  ]
  for (asked of refused) await assert.rejects(client.call('x'), InvalidResponseError)
  assert.equal(seen, 0)
  asked = { messages: [hello], maxTokens: 1 }
  await assert.rejects(client.call('x'), TypeError)
  asked = { messages: [hello] }
  assert.equal((await client.call('x')).text, 'ok')
})

test('[FEAT-03] checks structured content against the schema of the last list', async () => {
  let structuredContent: unknown = { tempC: 'warm' }
  const outputSchema = { type: 'object', properties: { tempC: { type: 'number' } } }
  const client = await clientOf({
    'tools/list': () => complete({ tools: [{ name: 'f', inputSchema: {}, outputSchema }] }),
    'tools/call': () =>
      complete({ ...text(''), ...(structuredContent !== undefined && { structuredContent }) }),
  })
  assert.deepEqual((await client.call('f')).data, { tempC: 'warm' })
  await client.listTools()
  await assert.rejects(client.call('f'), /breaks its output schema: \/tempC/)
  structuredContent = undefined
  await assert.rejects(client.call('f'), /gave none/)
  structuredContent = { tempC: 3 }
  assert.deepEqual((await client.call('f')).data, structuredContent)
})

test('an output schema that is none leaves the results of its tool unchecked', async () => {
  for (const outputSchema of [null, [null], 3, 'x', true]) {
    const tool = { name: 'f', inputSchema: {}, outputSchema } as unknown as ToolDescription
    const client = await clientOf({
      'tools/list': () => complete({ tools: [tool] }),
      'tools/call': () => complete(text('here')),
    })
    await client.listTools()
    assert.equal((await client.call('f')).text, 'here', JSON.stringify(outputSchema))
  }
})

test('[LIFE-04] warns of deprecated features, with what to do instead', async () => {
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message)
  await clientOf({}, { onWarning, answer: { roots: [] }, onLog() {} })
  assert.match(
    warnings.join('\n'),
    /^answer\.roots is deprecated: .*paths.*\nonLog is deprecated: /,
  )
})

/** Serves a handler over a pipe, as little as a test needs. */
function servePipe(handler: Handler, pipe: Pipe, seen: Message[] = []): void {
  void (async () => {
    for await (const message of pipe.incoming) {
      seen.push(message)
      if (!('method' in message) || !('id' in message)) continue
      const { id, method, params = {} } = message
      const own = params['_meta'] as Record<string, unknown>
      const meta = {
        protocolVersion: String(own['io.modelcontextprotocol/protocolVersion']),
        clientCapabilities: {},
        progressToken: own['progressToken'] as number,
      }
      const notify = (n: { method: string; params?: object }) =>
        void pipe.send({ jsonrpc: '2.0', ...n } as Message)
      handler({ id, method, params, meta, notify, signal: new AbortController().signal }).then(
        (result) => void pipe.send({ jsonrpc: '2.0', id, result }),
        (error: RpcError) =>
          void pipe.send({
            jsonrpc: '2.0',
            id,
            error: { code: error.code, message: error.message },
          }),
      )
    }
  })()
}

test('STDIO-09 UTIL-01: over a pipe: calls, progress of the right call, errors, cancellation', async () => {
  const [near, far] = joinedPipes()
  const seen: Message[] = []
  servePipe(
    server({
      'tools/call': ({ params, meta, notify }) => {
        if (params['name'] === 'hang') return new Promise(() => {})
        const { progressToken } = meta
        notify({ method: 'notifications/progress', params: { progressToken, progress: 7 } })
        return complete(text(String(params['name'])))
      },
    }),
    far,
    seen,
  )
  await using client = createClient(await connectPipe(near))
  const heard: unknown[] = []
  const called = await Promise.all(
    ['a', 'b'].map((name) =>
      client.call(name, {}, { onProgress: ({ progress }) => heard.push([name, progress]) }),
    ),
  )
  assert.deepEqual(
    called.map((one) => one.text),
    ['a', 'b'],
  )
  assert.deepEqual(heard, [
    ['a', 7],
    ['b', 7],
  ])
  await assert.rejects(client.listPrompts(), (error: RpcError) => error.code === -32601)
  await assert.rejects(client.call('hang', {}, { timeoutMs: 20 }), TimeoutError)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const last = seen.at(-1)
  assert.equal(last && 'method' in last && last.method, 'notifications/cancelled')
})

test('over a pipe: a server that goes away fails what waits, and says so', async () => {
  const [near, far] = joinedPipes()
  servePipe(server({ 'tools/call': () => new Promise(() => {}) }), far)
  const connection = await connectPipe(near)
  const hanging = createClient(connection).call('x')
  setTimeout(() => far.close(), 5)
  await assert.rejects(hanging, ConnectionError)
  assert.ok((await connection.closed) instanceof ConnectionError)
})
