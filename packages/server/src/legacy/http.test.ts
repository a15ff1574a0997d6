import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, exchange, greet, type Json, textOf } from './http-client.test.ts'
import { ping, serve } from './serve.test.ts'

for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
  test(`[LEG-06, LEG-29] a ${version} client begins a session and calls`, async () => {
    const { door } = serve()
    const client = await greet(door, { version })
    assert.match(client.id, /^[\x21-\x7e]+$/)
    assert.equal(client.result['protocolVersion'], version)
    assert.equal((client.result['serverInfo'] as Json)['name'], 'fixture')
    const pong = await client.send({ body: ping })
    assert.deepEqual([pong.status, pong.json], [200, { jsonrpc: '2.0', id: 1, result: {} }])
    const echoed = await client.call('x', 'echo', { arguments: { a: 1 } })
    assert.equal(echoed.headers['content-type'], 'application/json')
    assert.deepEqual(echoed.json, {
      jsonrpc: '2.0',
      id: 'x',
      result: { content: [{ type: 'text', text: '{"a":1}' }] },
    })
    const tools = await client.request(2, 'tools/list')
    assert.deepEqual(tools.json['result'], { tools: [] })
    const missing = await client.request(3, 'resources/read', { uri: 'a:b' })
    assert.deepEqual([missing.status, codeOf(missing.json)], [200, -32002])
    assert.equal(codeOf((await client.request(4, 'server/discover')).json), -32601)
    door.close()
  })
}

test('what the handshake said stands on the calls of the session', async () => {
  const { door } = serve()
  const client = await greet(door, { capabilities: { elicitation: {}, sampling: {} } })
  const { json } = await client.call(1, 'meta')
  assert.deepEqual(JSON.parse(textOf(json) ?? ''), {
    protocolVersion: '2025-11-25',
    clientCapabilities: { elicitation: { form: {} }, sampling: {} },
    clientInfo: { name: 'c', version: '1' },
    logLevel: 'info',
  })
})

test('calls without a session are served, unless sessions are required', async () => {
  const { door } = serve()
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'meta' } }
  const assumed = await exchange(door, { body })
  assert.equal(JSON.parse(textOf(assumed.json) ?? '').protocolVersion, '2025-03-26')
  const said = await exchange(door, { body, headers: { 'mcp-protocol-version': '2025-11-25' } })
  assert.deepEqual(JSON.parse(textOf(said.json) ?? ''), {
    protocolVersion: '2025-11-25',
    clientCapabilities: {},
    logLevel: 'info',
  })
  const strict = serve({ sessions: 'required' }).door
  assert.equal((await exchange(strict, { body })).status, 400)
  assert.equal((await greet(strict)).result['protocolVersion'], '2025-11-25')
})

test('without sessions nothing is issued, and nothing can be listened to', async () => {
  const { door } = serve({ sessions: 'off', sse: false })
  const params = { protocolVersion: '2025-06-18', capabilities: {} }
  const hello = await exchange(door, {
    body: { jsonrpc: '2.0', id: 0, method: 'initialize', params },
  })
  assert.equal('mcp-session-id' in hello.headers, false)
  assert.equal((hello.json['result'] as Json)['protocolVersion'], '2025-06-18')
  assert.equal((await exchange(door, { method: 'GET' })).status, 405)
  assert.equal((await exchange(door, { method: 'DELETE' })).status, 405)
})

test('[LEG-09] the version header is checked where there is one', async () => {
  const { door } = serve()
  const client = await greet(door, { version: '2025-06-18' })
  for (const version of ['2020-01-01', 'latest', '']) {
    const headers = { 'mcp-protocol-version': version }
    assert.equal((await client.send({ headers, body: ping })).status, 400)
    assert.equal((await exchange(door, { headers, body: ping })).status, 400)
  }
  const headers = { 'mcp-protocol-version': undefined }
  const { json } = await client.send({
    headers,
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'meta' } },
  })
  assert.equal(JSON.parse(textOf(json) ?? '').protocolVersion, '2025-06-18')
})

test('[LEG-06] a session that is ended, or never was, is answered with 404', async () => {
  const { door } = serve()
  const client = await greet(door)
  const listening = await client.listen()
  const slow = client.call(1, 'slow')
  assert.equal((await client.send({ method: 'DELETE' })).status, 204)
  await listening.closed
  assert.deepEqual((await slow).events, [])
  for (const method of ['POST', 'GET', 'DELETE']) {
    assert.equal((await client.send({ method, body: ping })).status, 404)
  }
  const flipped = client.id.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  for (const id of ['', 'x', flipped, client.id.slice(0, 60), 'é', 'x'.repeat(100_000)]) {
    const headers = { 'mcp-session-id': id }
    assert.equal((await client.send({ headers, body: ping })).status, 404, id.slice(0, 80))
  }
  assert.equal((await exchange(door, { method: 'DELETE' })).status, 400)
})

test('an id is good for whom it was given to, and in no other session', async () => {
  const { door } = serve()
  const auth = { subject: 'ada', scopes: [], claims: {} }
  const client = await greet(door, { auth })
  const other = await greet(door, { auth })
  assert.equal((await client.send({ body: ping })).status, 200)
  for (const foreign of [undefined, { ...auth, subject: 'eve' }, { ...auth, clientId: 'app' }]) {
    for (const method of ['POST', 'GET', 'DELETE']) {
      assert.equal((await client.send({ method, auth: foreign, body: ping })).status, 404)
    }
  }
  // The name of one session with the seal of another.
  const mixed = other.id.slice(0, 32) + client.id.slice(32)
  const headers = { 'mcp-session-id': mixed }
  assert.equal((await client.send({ headers, body: ping })).status, 404)
  assert.equal((await client.send({ body: ping })).status, 200)
})

test('an id expires', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  const { door } = serve({ sessionTtlMs: 1000 })
  const client = await greet(door)
  t.mock.timers.setTime(1_000_999)
  assert.equal((await client.send({ body: ping })).status, 200)
  t.mock.timers.setTime(1_001_001)
  assert.equal((await client.send({ body: ping })).status, 404)
})

test('what a client says at length still fits into its id', async () => {
  const { door } = serve()
  const capabilities = {
    elicitation: { form: { x: 'y'.repeat(5000) }, url: {} },
    experimental: { x: 'y'.repeat(5000) },
  }
  const client = await greet(door, { capabilities })
  assert.ok(client.id.length < 1500)
  const { json } = await client.call(1, 'meta')
  const meta = JSON.parse(textOf(json) ?? '')
  assert.deepEqual(meta.clientCapabilities, { elicitation: { form: {}, url: {} } })
})

test('a notification before the result makes an event stream; without event streams it is left out', async () => {
  const { door } = serve()
  const client = await greet(door, { version: '2025-06-18' })
  const params = { name: 'progress', _meta: { progressToken: 7 } }
  const reply = await client.request(1, 'tools/call', params)
  assert.equal(reply.headers['content-type'], 'text/event-stream')
  await reply.closed
  assert.deepEqual(
    reply.events.map(({ data }) => JSON.parse(data ?? '').params?.progress ?? 'result'),
    [1, 2, 'result'],
  )
  assert.equal(new Set(reply.events.map(({ id }) => id)).size, 3)
  const plain = await client.send({
    headers: { accept: 'application/json' },
    body: { jsonrpc: '2.0', id: 2, method: 'tools/call', params },
  })
  assert.equal(textOf(plain.json), 'done')
  const stateless = await exchange(door, {
    body: { jsonrpc: '2.0', id: 3, method: 'tools/call', params },
  })
  await stateless.closed
  assert.deepEqual(
    stateless.events.map(({ id }) => id),
    [undefined, undefined, undefined],
  )
})

test('[LEG-26] a question goes out on the stream of its call, and the answer comes by a POST of its own', async () => {
  const { door } = serve()
  const client = await greet(door, { capabilities: { elicitation: {} } })
  const reply = await client.call(1, 'name')
  const opening = await reply.event()
  assert.deepEqual([opening.data, opening.retry], ['', '1000'])
  const question = await reply.message()
  assert.equal(question['method'], 'elicitation/create')
  const accepted = await client.answer(question['id'], { action: 'accept', content: { name: 'A' } })
  assert.equal(accepted.status, 202)
  const done = await reply.message()
  assert.equal(textOf(done), 'state-1 {"action":"accept","content":{"name":"A"}}')
  await reply.closed
})

test('[LEG-26] an answer counts in its own session only', async () => {
  const { door } = serve()
  const capabilities = { elicitation: {} }
  const auth = { subject: 'eve', scopes: [], claims: {} }
  const client = await greet(door, { capabilities })
  const attacker = await greet(door, { capabilities, auth })
  const reply = await client.call(1, 'name')
  const question = await reply.message()
  const forged = { action: 'accept', content: { name: 'Eve' } }
  assert.equal((await attacker.answer(question['id'], forged)).status, 202)
  const body = { jsonrpc: '2.0', id: question['id'], result: forged }
  assert.equal((await exchange(door, { body })).status, 400)
  await client.answer('no-such-question', forged)
  await client.answer(question['id'], { action: 'decline' })
  assert.equal(textOf(await reply.message()), 'state-1 {"action":"decline"}')
})

test('[LEG-05] clients whose requests have the same id do not meet', async () => {
  const { door, fixture } = serve()
  const capabilities = { elicitation: {} }
  const clients = await Promise.all([1, 2, 3].map(() => greet(door, { capabilities })))
  const replies = await Promise.all(clients.map((client) => client.call(1, 'name')))
  const questions = await Promise.all(replies.map((reply) => reply.message()))
  assert.equal(new Set(questions.map((question) => question['id'])).size, 3)
  for (const [at, client] of clients.entries()) {
    const content = { name: `n${at}` }
    await client.answer(questions[at]?.['id'], { action: 'accept', content })
  }
  for (const [at, reply] of replies.entries()) {
    assert.match(textOf(await reply.message()) ?? '', new RegExp(`n${at}`))
  }
  const [first, second] = clients
  assert.ok(first && second)
  const slow = [first.call(1, 'slow'), second.call(1, 'slow')]
  await first.notify('notifications/cancelled', { requestId: 1 })
  await exchange(door, {
    body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
  })
  const cancelled = await slow[0]
  await cancelled?.closed
  fixture.release()
  const released = await slow[1]
  assert.equal(textOf(released?.json ?? {}), 'released')
})

test('[LEG-07] who goes away has not cancelled', async () => {
  const { door, fixture } = serve()
  const client = await greet(door)
  const slow = client.call(1, 'slow')
  await client.send({ body: ping })
  fixture.release()
  const reply = await slow
  reply.leave()
  assert.equal(fixture.calls.at(-1)?.signal.aborted, false)
})

test('parked questions are bounded, and so are calls', async () => {
  const { door } = serve({ maxQuestions: 2, maxCalls: 3 })
  const client = await greet(door, { capabilities: { elicitation: {} } })
  const parked = [await client.call(1, 'name'), await client.call(2, 'name')]
  await Promise.all(parked.map((reply) => reply.message()))
  const third = await client.call(3, 'name')
  assert.equal(textOf(third.json), 'state-1 {"action":"cancel"}')
  const slow = client.call(4, 'slow')
  assert.equal(codeOf((await client.call(5, 'echo')).json), -32600)
  assert.equal(codeOf((await client.call(4, 'echo')).json), -32600)
  await client.send({ method: 'DELETE' })
  await slow
})

test('[LEG-24] a page to visit is asked for in the session, and by an error without one', async () => {
  const { door } = serve()
  const client = await greet(door, { capabilities: { elicitation: { url: {} } } })
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'page' } }
  const refused = await exchange(door, { body, headers: { 'mcp-protocol-version': '2025-11-25' } })
  assert.equal(codeOf(refused.json), -32042)
  const { elicitations } = (refused.json['error'] as { data: { elicitations: Json[] } }).data
  assert.equal(elicitations[0]?.['mode'], 'url')
  assert.equal(elicitations[0]?.['url'], 'https://a.example/go')
  assert.equal(typeof elicitations[0]?.['elicitationId'], 'string')
  const older = await exchange(door, { body, headers: { 'mcp-protocol-version': '2025-06-18' } })
  assert.equal(codeOf(older.json), -32600)
  const reply = await client.call(2, 'page')
  assert.equal(textOf(reply.json), 'visited')
})

test('[LEG-23] a batch is answered together, where the revision has batches', async () => {
  const { door } = serve({ maxBatch: 5 })
  const client = await greet(door, { version: '2025-03-26', capabilities: { roots: {} } })
  const tool = (id: unknown, name: string, own: Json = {}) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, ...own },
  })
  const body = [
    ping,
    { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
    tool('b', 'echo'),
    { jsonrpc: '2.0', id: 3, method: 4 },
    { refused: 'nonsense' },
  ]
  const { json } = await client.send({ body })
  const answers = json as unknown as Json[]
  assert.deepEqual(
    answers.map(({ id, error }) => [id, (error as Json | undefined)?.['code']]),
    [
      [1, undefined],
      ['b', undefined],
      [3, -32600],
      [undefined, -32600],
    ],
  )
  assert.equal((await client.send({ body: [body[1]] })).status, 202)
  const streamed = await client.send({
    body: [ping, tool(2, 'progress', { _meta: { progressToken: 1 } })],
  })
  await streamed.closed
  const messages = streamed.events.map(({ data }) => JSON.parse(data ?? ''))
  assert.deepEqual(messages.map(({ id }) => id).sort(), [1, 2, undefined, undefined])
  const hello = { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} }
  for (const wrong of [[], [ping, hello], Array(6).fill(ping)]) {
    assert.equal((await client.send({ body: wrong })).status, 400)
  }
  const newer = await greet(door, { version: '2025-06-18' })
  assert.equal((await newer.send({ body: [ping] })).status, 400)
})

test('[LEG-05] GET is refused where it makes no sense', async () => {
  const { door } = serve()
  const client = await greet(door)
  const get = (headers: Record<string, string | undefined>) =>
    exchange(door, { method: 'GET', headers })
  assert.equal((await get({ accept: '*/*' })).status, 405)
  assert.equal((await get({ 'mcp-protocol-version': '2025-06-18' })).status, 405)
  assert.equal((await get({ 'mcp-protocol-version': '2026-07-28' })).status, 405)
  assert.equal((await get({ ...client.headers, accept: 'application/json' })).status, 406)
  assert.equal((await get({ ...client.headers, 'mcp-protocol-version': 'x' })).status, 400)
  assert.equal((await exchange(door, { method: 'constructor' })).status, 405)
})
