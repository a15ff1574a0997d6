import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, isInputRequired, type Params } from '@lutra/core'
import { connectLegacyHttp } from './http.ts'

interface Posted {
  readonly id?: unknown
  readonly method?: string
  readonly result?: unknown
  readonly error?: unknown
}

// A server that asks the same question twice on one stream, and takes an answer only when it is posted for the third time.
test('an answer is posted until it is taken, once for a question that comes twice, and never replaced by an error', async () => {
  const answers: Posted[] = []
  let finish = (_: unknown) => {}
  const fetch = async (_: unknown, { body, method }: RequestInit = {}): Promise<Response> => {
    if (method !== 'POST' || typeof body !== 'string') return new Response(null, { status: 405 })
    const posted = JSON.parse(body) as Posted
    if (posted.method === 'initialize') return Response.json(message({ id: posted.id, ...hello }))
    if (posted.method === 'tools/call') return asking(posted, (end) => (finish = end))
    if (posted.method !== undefined) return new Response(null, { status: 202 })
    answers.push(posted)
    if (answers.length === 1) throw new TypeError('fetch failed')
    if (answers.length === 2) return new Response('', { status: 503 })
    finish(posted.result)
    return new Response(null, { status: 202 })
  }
  const connection = await connectLegacyHttp('https://example.test/mcp', { fetch, onWarning() {} })
  const first = await connection.handler(call({ name: 'asks' }))
  assert.ok(isInputRequired(first))
  const questions = Object.keys(first.inputRequests ?? {})
  assert.equal(questions.length, 1)
  const inputResponses = { [String(questions[0])]: { roots: [] } }
  const { requestState } = first
  const last = await connection.handler(call({ name: 'asks', requestState, inputResponses }))
  assert.deepEqual(last['content'], [{ roots: [] }])
  assert.deepEqual(
    answers.map(({ id, result, error }) => ({ id, result, error })),
    Array.from({ length: 3 }, () => ({ id: 'q', result: { roots: [] }, error: undefined })),
  )
  await connection.close()
})

const hello = {
  result: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'old', version: '1' },
  },
}

const message = (value: object) => ({ jsonrpc: '2.0', ...value })

function asking({ id }: Posted, onFinish: (finish: (answer: unknown) => void) => void): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const write = (value: object) =>
    writer.write(new TextEncoder().encode(`data: ${JSON.stringify(message(value))}\n\n`))
  for (const _ of ['first', 'again']) void write({ id: 'q', method: 'roots/list' })
  onFinish((answer) => {
    void write({ id, result: { content: [answer] } }).then(() => writer.close())
  })
  return new Response(readable, { headers: { 'content-type': 'text/event-stream' } })
}

function call(params: Params): Call {
  return {
    id: 1,
    method: 'tools/call',
    params,
    meta: { protocolVersion: '', clientCapabilities: { roots: {} } },
    signal: new AbortController().signal,
    notify() {},
  }
}
