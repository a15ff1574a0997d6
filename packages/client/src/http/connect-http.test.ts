import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { deferred, RpcError } from '@lutra/core'
import type { ClientOptions, HttpOptions } from '../options.ts'
import { createClient } from '../words/create-client.ts'
import { ConnectionError, InvalidResponseError, TimeoutError } from '../words/error.ts'
import { connectHttp } from './connect-http.ts'
import { HttpError } from './http-error.ts'
import { createSender } from './sender.ts'

interface Seen {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: { id: number; method: string; params: Record<string, unknown> }
  /** Answers with a result as JSON. */
  result(fields: object): void
  json(status: number, value: unknown, headers?: Record<string, string>): void
}

const servers: Server[] = []
after(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** A raw server on a free port, that knows `server/discover` and leaves the rest to the test. */
async function serve(answer: (seen: Seen) => void): Promise<URL> {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const body = JSON.parse(text)
    const json: Seen['json'] = (status, value, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify(value))
    }
    const result = (fields: object) =>
      json(200, { jsonrpc: '2.0', id: body.id, result: { resultType: 'complete', ...fields } })
    if (body.method === 'server/discover') {
      result({ supportedVersions: ['2026-07-28'], capabilities: { tools: {} } })
    } else answer({ request, response, body, json, result })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
}

const senders: Record<string, HttpOptions> = {
  agent: {},
  fetch: { fetch: (...args) => globalThis.fetch(...args) },
}

async function clientOf(url: URL, options: HttpOptions & ClientOptions = {}) {
  const quiet = { onWarning() {}, retries: 0, ...options }
  return createClient(await connectHttp(url, quiet, createSender(quiet)), quiet)
}

const said = (text: string) => ({ content: [{ type: 'text', text }] })

for (const [name, sender] of Object.entries(senders)) {
  test(`HTTP-06 HTTP-07 HTTP-08 HTTP-09 HTTP-28 ${name}: posts one message with its headers and reads a JSON reply`, async () => {
    let seen: Seen | undefined
    const url = await serve((one) => {
      seen = one
      one.result(said('hi'))
    })
    const token = async () => 'secret'
    const headers = { 'X-Mine': '1', 'MCP-Method': 'no' }
    await using client = await clientOf(url, { ...sender, headers, token })
    const result = await client.call('größe', { a: 1 }, { headers: { 'X-Once': '2' } })
    assert.equal(result.text, 'hi')
    const { headers: sent, method } = (seen as Seen).request
    assert.equal(method, 'POST')
    assert.equal(sent['content-type'], 'application/json')
    assert.equal(sent.accept, 'application/json, text/event-stream')
    assert.equal(sent['mcp-protocol-version'], '2026-07-28')
    assert.equal(sent['mcp-method'], 'tools/call')
    assert.equal(sent['mcp-name'], '=?base64?Z3LDtsOfZQ==?=')
    assert.equal(sent['authorization'], 'Bearer secret')
    assert.deepEqual([sent['x-mine'], sent['x-once']], ['1', '2'])
    const { params } = (seen as Seen).body
    const meta = params['_meta'] as Record<string, unknown>
    assert.equal(meta['io.modelcontextprotocol/protocolVersion'], '2026-07-28')
    assert.deepEqual(meta['io.modelcontextprotocol/clientCapabilities'], {})
  })

  test(`HTTP-10 WIRE-04 ${name}: reads a stream with notifications, comments and a late result`, async () => {
    const url = await serve(({ body, response }) => {
      const meta = body.params['_meta'] as Record<string, unknown>
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      response.write(': hello\r\n\r\n')
      const params = { progressToken: meta['progressToken'], progress: 0.5 }
      const progress = { jsonrpc: '2.0', method: 'notifications/progress', params }
      response.write(`data: ${JSON.stringify(progress)}\n\n`)
      const own = { jsonrpc: '2.0', id: 1, method: 'roots/list' }
      response.write(`event: message\ndata: ${JSON.stringify(own)}\n\n`)
      const message = { jsonrpc: '2.0', id: body.id, result: said('late') }
      setTimeout(() => response.end(`event: message\ndata: ${JSON.stringify(message)}\n\n`), 10)
    })
    await using client = await clientOf(url, sender)
    const heard: number[] = []
    const onProgress = ({ progress }: { progress: number }) => void heard.push(progress)
    assert.equal((await client.call('x', {}, { onProgress })).text, 'late')
    assert.deepEqual(heard, [0.5])
    assert.equal((await client.call('x')).text, 'late')
  })

  test(`${name}: an abort and a timeout close the connection`, async () => {
    const control = new AbortController()
    const gone = { stream: deferred<void>(), silent: deferred<void>() }
    const url = await serve(({ body, response }) => {
      const name = body.params['name'] as keyof typeof gone
      response.on('close', gone[name].resolve)
      if (name === 'silent') return
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n')
      setTimeout(() => control.abort(new Error('enough')), 30)
    })
    await using client = await clientOf(url, sender)
    await assert.rejects(client.call('stream', {}, { signal: control.signal }), /enough/)
    await gone.stream.promise
    // On a busy machine a call may be given up before it comes to the server: then it is tried again with more time.
    let isClosed = false
    void gone.silent.promise.then(() => (isClosed = true))
    for (let timeoutMs = 30; !isClosed; timeoutMs *= 2) {
      assert.ok(timeoutMs < 20_000, 'no connection was closed')
      await assert.rejects(client.call('silent', {}, { timeoutMs }), TimeoutError)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })

  test(`${name}: closing breaks off what is under way, for good`, async () => {
    const url = await serve(() => {})
    const client = await clientOf(url, sender)
    const hanging = client.call('x')
    setTimeout(() => client.close(), 20)
    await assert.rejects(hanging, (error: ConnectionError) => error.final)
    if (name === 'agent') await assert.rejects(client.call('x'), ConnectionError)
    assert.equal(await client.connection.closed, undefined)
  })

  test(`${name}: errors keep their code, data and status`, async () => {
    const url = await serve(({ body, json }) => {
      const error = { code: -32021, message: 'needs sampling', data: { requiredCapabilities: {} } }
      json(400, { jsonrpc: '2.0', id: body.method === 'prompts/list' ? null : body.id, error })
    })
    await using client = await clientOf(url, sender)
    for (const failing of [client.call('x'), client.listPrompts()]) {
      await assert.rejects(failing, (error) => {
        assert.ok(error instanceof RpcError)
        assert.deepEqual([error.code, error.data], [-32021, { requiredCapabilities: {} }])
        assert.ok(error.cause instanceof HttpError)
        return error.cause.status === 400
      })
    }
  })

  test(`${name}: what is no message is an HttpError that says what to do`, async () => {
    let reply: [number, string, Record<string, string>] = [404, 'no', {}]
    const url = await serve(({ response }) => response.writeHead(reply[0], reply[2]).end(reply[1]))
    await using client = await clientOf(url, sender)
    const fails = async (next: typeof reply, message: RegExp) => {
      reply = next
      const error = await client.call('x').catch((reason: unknown) => reason)
      assert.ok(error instanceof HttpError, String(error))
      assert.match(error.message, message)
      return error
    }
    const html = { 'content-type': 'text/html' }
    await fails(
      [404, '<h1>Not\u001b[2J   found</h1>', html],
      /404: Not \[2J found \(.*check the path/,
    )
    await fails([200, '<p>Welcome</p>', html], /text\/html in place of a message: Welcome/)
    await fails([302, '', { location: 'http://evil.example/' }], /leads to another origin/)
    const busy = await fails([503, 'busy', { 'retry-after': '7' }], /503: busy/)
    assert.equal(busy.retryAfterMs, 7000)
    const challenge = 'Bearer resource_metadata="https://x"'
    const asked = await fails(
      [401, '', { 'www-authenticate': challenge }],
      /give `token` or `auth`/,
    )
    assert.equal(asked.wwwAuthenticate, challenge)
  })

  test(`${name}: follows a redirect that stays, and posts again`, async () => {
    const url = await serve(({ request, response, result }) => {
      if (request.url === '/mcp') response.writeHead(308, { location: '/new' }).end()
      else result(said(String(request.url)))
    })
    await using client = await clientOf(url, sender)
    assert.equal((await client.call('x')).text, '/new')
  })

  test(`${name}: refuses answers that are malformed, too long, or to another call`, async () => {
    let text = ''
    const url = await serve(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    })
    await using client = await clientOf(url, { ...sender, maxResponseBytes: 4096 })
    const message = (fields: object) => JSON.stringify({ jsonrpc: '2.0', ...fields })
    for (text of ['', '{', '[]', 'null', message({ id: 999, result: {} }), 'x'.repeat(10_000)]) {
      await assert.rejects(client.call('x'), InvalidResponseError)
    }
  })

  test(`${name}: a stream that breaks off is a lost connection`, async () => {
    const url = await serve(({ body, response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(':\n\n', () =>
        body.params['name'] === 'cut' ? response.destroy() : response.end(),
      )
    })
    await using client = await clientOf(url, sender)
    await assert.rejects(client.call('cut'), ConnectionError)
    await assert.rejects(client.call('short'), /ended before the result of tools\/call/)
  })

  test(`${name}: a server that is not there is a ConnectionError`, async () => {
    const url = await serve(() => {})
    await new Promise((resolve) => servers.pop()?.close(resolve))
    await assert.rejects(connectHttp(url, sender, createSender(sender)), (error: Error) => {
      assert.match(error.message, new RegExp(`${url.host}.*ECONNREFUSED`))
      return error instanceof ConnectionError
    })
  })
}

test('only http and https addresses without credentials are used', async () => {
  for (const url of ['file:///etc/passwd', 'x', 'http://me:pw@localhost/']) {
    await assert.rejects(connectHttp(url, {}, createSender({})), TypeError)
  }
})

test('HTTP-12: safe calls are sent again when the server says when; others are not', async () => {
  const seen: string[] = []
  const ids: number[] = []
  const url = await serve(({ body, response, result }) => {
    seen.push(body.method)
    ids.push(body.id)
    if (seen.filter((method) => method === body.method).length > 1) {
      result({ prompts: [], tools: [], ...said('ok') })
    } else response.writeHead(503, { 'retry-after': '0' }).end()
  })
  await using client = await clientOf(url, { retries: 2 })
  assert.deepEqual(await client.listPrompts(), [])
  assert.equal(new Set(ids).size, 2)
  await assert.rejects(client.call('x'), HttpError)
  assert.deepEqual(seen, ['prompts/list', 'prompts/list', 'tools/call'])
})

test('HTTP-36 HTTP-44 HTTP-47: mirrors arguments into headers, leaves out bad tools, and asks anew after a mismatch', async () => {
  let header = 'Region'
  const calls: (string | string[] | undefined)[] = []
  const tool = (name: string, property: object) => ({
    name,
    inputSchema: { type: 'object', properties: { region: property } },
  })
  const url = await serve(({ body, request, json, result }) => {
    if (body.method === 'tools/list') {
      const good = tool('query', { type: 'string', 'x-mcp-header': header })
      const bad = tool('bad', { type: 'number', 'x-mcp-header': 'Nope' })
      return result({ tools: [good, bad], ttlMs: 60_000, cacheScope: 'public' })
    }
    const sent = request.headers[`mcp-param-${header.toLowerCase()}`]
    calls.push(sent)
    if (sent === '=?base64?w6k=?=') return result(said('ok'))
    const error = { code: -32020, message: 'Header mismatch' }
    return json(400, { jsonrpc: '2.0', id: body.id, error })
  })
  const warnings: string[] = []
  await using client = await clientOf(url, { onWarning: (text) => void warnings.push(text) })
  // Nothing is known of the tool yet: it is refused, listed, and called again.
  assert.equal((await client.call('query', { region: 'é' })).text, 'ok')
  assert.deepEqual(
    (await client.listTools()).map(({ name }) => name),
    ['query'],
  )
  assert.match(warnings[0] ?? '', /Left out tool bad/)
  header = 'Place'
  assert.equal((await client.call('query', { region: 'é' })).text, 'ok')
  assert.deepEqual(calls, [undefined, '=?base64?w6k=?=', undefined, '=?base64?w6k=?='])
  await assert.rejects(client.call('query', { region: 'x' }), (error: RpcError) => {
    return error.code === -32020
  })
})
