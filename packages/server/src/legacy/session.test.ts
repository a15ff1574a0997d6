import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFixture, type Fixture } from './fixture.test.ts'
import { createLegacySession, type LegacySessionOptions } from './session.ts'

type Json = Record<string, unknown>

/** A client at the other end of a session: sends messages and awaits what comes back. */
function talk(fixture: Fixture, options: Partial<LegacySessionOptions> = {}) {
  const inbox: Json[] = []
  const wakes = new Set<() => void>()
  const session = createLegacySession(fixture, {
    ...options,
    send(message) {
      inbox.push(JSON.parse(JSON.stringify(message)) as Json)
      for (const wake of wakes) wake()
      wakes.clear()
    },
  })
  async function take(matches: (message: Json) => boolean): Promise<Json> {
    for (;;) {
      const at = inbox.findIndex(matches)
      const [found] = at < 0 ? [] : inbox.splice(at, 1)
      if (found) return found
      await new Promise<void>((resolve) => wakes.add(resolve))
    }
  }
  const client = {
    inbox,
    session,
    take,
    send: (message: unknown) => session.receive(message),
    notify: (method: string, params?: Json) => session.receive({ jsonrpc: '2.0', method, params }),
    answer: (id: unknown, result: Json) => session.receive({ jsonrpc: '2.0', id, result }),
    async request(id: unknown, method: string, params?: Json): Promise<Json> {
      session.receive({ jsonrpc: '2.0', id, method, ...(params && { params }) })
      return take((message) => message['id'] === id && !('method' in message))
    },
    async greet(protocolVersion: string, capabilities: Json = {}): Promise<Json> {
      const clientInfo = { name: 'c', version: '1' }
      const hello = await client.request('hello', 'initialize', {
        protocolVersion,
        capabilities,
        clientInfo,
      })
      client.notify('notifications/initialized')
      return hello['result'] as Json
    },
  }
  return client
}

function call(name: string, args?: Json): Json {
  return { name, ...(args && { arguments: args }) }
}

const text = (response: Json) =>
  ((response['result'] as Json)['content'] as { text: string }[])[0]?.text

for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
  test(`[LEG-02] a ${version} client greets, calls and reads errors`, async () => {
    const fixture = createFixture()
    const client = talk(fixture)
    const hello = await client.greet(version)
    assert.deepEqual(hello['protocolVersion'], version)
    assert.deepEqual(hello['serverInfo'], { name: 'fixture', version: '1.2.3' })
    assert.equal(hello['instructions'], 'Be kind')
    assert.deepEqual((hello['capabilities'] as Json)['tools'], { listChanged: true })

    assert.deepEqual(await client.request(1, 'ping'), { jsonrpc: '2.0', id: 1, result: {} })
    assert.deepEqual((await client.request(2, 'tools/list'))['result'], { tools: [] })
    const echoed = await client.request('3', 'tools/call', call('echo', { a: 1 }))
    assert.deepEqual(echoed['result'], { content: [{ type: 'text', text: '{"a":1}' }] })

    const missing = await client.request(4, 'resources/read', { uri: 'a:b' })
    assert.equal((missing['error'] as Json)['code'], -32002)
    const unknown = await client.request(5, 'example/none')
    assert.equal((unknown['error'] as Json)['code'], -32601)
    for (const method of ['server/discover', 'subscriptions/listen', 'tasks/get']) {
      const refused = await client.request(`m-${method}`, method)
      assert.equal((refused['error'] as Json)['code'], -32601)
    }
    client.session.close()
  })
}

test('[LEG-02] an unknown revision is answered with the newest of the era', async () => {
  const client = talk(createFixture())
  assert.equal((await client.greet('2031-01-01'))['protocolVersion'], '2025-11-25')
  client.session.close()
})

test('what was said in the handshake stands on each call', async () => {
  const client = talk(createFixture())
  await client.greet('2025-06-18', { roots: {}, elicitation: { url: {}, form: {} } })
  const params = { ...call('meta'), _meta: { progressToken: 0, 'x.example/y': 1 } }
  const meta = JSON.parse(text(await client.request(1, 'tools/call', params)) ?? '')
  assert.deepEqual(meta, {
    protocolVersion: '2025-06-18',
    clientCapabilities: { roots: {}, elicitation: { form: {} } },
    clientInfo: { name: 'c', version: '1' },
    logLevel: 'info',
    progressToken: 0,
  })
  client.session.close()
})

test('[LEG-20, LEG-22] before the handshake only pings are answered; requests sent during it wait for it', async () => {
  const client = talk(createFixture())
  assert.deepEqual((await client.request(1, 'ping'))['result'], {})
  const early = await client.request(2, 'tools/list')
  assert.equal((early['error'] as Json)['code'], -32600)
  client.send({
    jsonrpc: '2.0',
    id: 3,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {} },
  })
  const waited = client.request(4, 'tools/list')
  assert.equal((await client.take(() => true))['id'], 3)
  assert.deepEqual((await waited)['result'], { tools: [] })
  const broken = await client.request(5, 'initialize', { capabilities: {} })
  assert.equal((broken['error'] as Json)['code'], -32602)
  assert.deepEqual((await client.request(6, 'tools/list'))['result'], { tools: [] })
  client.session.close()
})

test('malformed messages get an error and end nothing', async () => {
  const client = talk(createFixture())
  client.send({ jsonrpc: '2.0', id: 7, method: 8 })
  assert.equal(((await client.take((m) => m['id'] === 7))['error'] as Json)['code'], -32600)
  client.send({ id: 9 })
  await client.take((m) => 'error' in m)
  client.send('nonsense')
  const nameless = await client.take((m) => 'error' in m)
  assert.equal('id' in nameless, false)
  assert.deepEqual((await client.request(1, 'ping'))['result'], {})
})

test('unexpected errors keep their cause to themselves', async () => {
  const told: unknown[] = []
  const client = talk(createFixture(), { onError: (error) => told.push(error) })
  await client.greet('2025-11-25')
  const crashed = await client.request(1, 'tools/call', call('crash'))
  assert.equal((crashed['error'] as Json)['code'], -32603)
  assert.doesNotMatch(JSON.stringify(crashed), /secret/)
  assert.equal((told[0] as Error).message, 'secret')
  client.session.close()
})

test('[LEG-25] a question goes to the client in the middle of the call', async () => {
  const client = talk(createFixture())
  await client.greet('2025-06-18', { elicitation: {} })
  const done = client.request(1, 'tools/call', call('name'))
  const question = await client.take((m) => m['method'] === 'elicitation/create')
  assert.deepEqual(question['params'], {
    message: 'Who?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
  })
  client.answer(question['id'], { action: 'accept', content: { name: 'Ada' } })
  assert.equal(text(await done), 'state-1 {"action":"accept","content":{"name":"Ada"}}')
  client.session.close()
})

test('[FEAT-32] a client that fails to ask has not agreed', async () => {
  const client = talk(createFixture())
  await client.greet('2025-11-25', { elicitation: {} })
  const done = client.request(1, 'tools/call', call('name'))
  const { id } = await client.take((m) => m['method'] === 'elicitation/create')
  client.send({ jsonrpc: '2.0', id, error: { code: -32603, message: 'no screen' } })
  assert.equal(text(await done), 'state-1 {"action":"cancel"}')
  client.session.close()
})

test('sampling and roots are asked at once, and their failure fails the call', async () => {
  const client = talk(createFixture())
  await client.greet('2024-11-05', { sampling: {}, roots: {} })
  const both = client.request(1, 'tools/call', call('model'))
  const sample = await client.take((m) => m['method'] === 'sampling/createMessage')
  const roots = await client.take((m) => m['method'] === 'roots/list')
  client.answer(roots['id'], { roots: [] })
  client.answer(sample['id'], {
    role: 'assistant',
    content: { type: 'text', text: 'x' },
    model: 'm',
  })
  assert.deepEqual(JSON.parse(text(await both) ?? ''), {
    haiku: { role: 'assistant', content: { type: 'text', text: 'x' }, model: 'm' },
    roots: { roots: [] },
  })

  const failing = client.request(2, 'tools/call', call('model'))
  const again = await client.take((m) => m['method'] === 'sampling/createMessage')
  client.send({ jsonrpc: '2.0', id: again['id'], error: { code: -1, message: 'user said no' } })
  const { message } = (await failing)['error'] as { message: string }
  assert.match(message, /sampling\/createMessage: user said no/)
  client.session.close()
})

test('[LEG-21, FEAT-21] a client is not asked for what it did not declare', async () => {
  const client = talk(createFixture())
  await client.greet('2025-03-26', { elicitation: {} })
  const refused = await client.request(1, 'tools/call', call('name'))
  assert.equal((refused['error'] as Json)['code'], -32600)
  const model = await client.request(2, 'tools/call', call('model'))
  assert.match(String((model['error'] as Json)['message']), /capability/)
  assert.equal(client.inbox.length, 0)
})

test('a page is asked for once, waited for, and its end is told', async () => {
  const client = talk(createFixture())
  await client.greet('2025-11-25', { elicitation: { url: {} } })
  const done = client.request(1, 'tools/call', call('page'))
  const question = await client.take((m) => m['method'] === 'elicitation/create')
  const { elicitationId, mode } = question['params'] as Json
  assert.equal(mode, 'url')
  client.answer(question['id'], { action: 'accept' })
  assert.equal(text(await done), 'visited')
  const complete = await client.take((m) => m['method'] === 'notifications/elicitation/complete')
  assert.deepEqual(complete['params'], { elicitationId })
  assert.equal(client.inbox.length, 0)
})

test('questions end when their time is up, and the client is told', async () => {
  const client = talk(createFixture(), { questionTimeoutMs: 20 })
  const alive = setInterval(() => {}, 1000)
  await client.greet('2025-11-25', { elicitation: {} })
  const done = client.request(1, 'tools/call', call('name'))
  const question = await client.take((m) => m['method'] === 'elicitation/create')
  assert.equal(text(await done), 'state-1 {"action":"cancel"}')
  const withdrawn = await client.take((m) => m['method'] === 'notifications/cancelled')
  assert.deepEqual(withdrawn['params'], { requestId: question['id'] })
  clearInterval(alive)
})

test('rounds, questions and calls are bounded', async () => {
  const client = talk(createFixture(), { maxRounds: 2, maxQuestions: 1, maxCalls: 2 })
  await client.greet('2025-11-25', { roots: {}, elicitation: {}, sampling: {} })
  const done = client.request(1, 'tools/call', call('insatiable'))
  for (const _ of [1, 2]) {
    const { id } = await client.take((m) => m['method'] === 'roots/list')
    client.answer(id, { roots: [] })
  }
  assert.match(String(((await done)['error'] as Json)['message']), /more than 2 times/)

  const first = client.request(2, 'tools/call', call('name'))
  const question = await client.take((m) => m['method'] === 'elicitation/create')
  // The second question has no place to wait, so nobody agreed.
  assert.equal(
    text(await client.request(3, 'tools/call', call('name'))),
    'state-1 {"action":"cancel"}',
  )
  client.send({ jsonrpc: '2.0', id: 4, method: 'tools/call', params: call('slow') })
  const refused = await client.request(5, 'tools/call', call('echo'))
  assert.equal((refused['error'] as Json)['code'], -32600)
  const taken = await client.request(4, 'tools/call', call('echo'))
  assert.match(String((taken['error'] as Json)['message']), /in use/)
  client.answer(question['id'], { action: 'decline' })
  assert.equal(text(await first), 'state-1 {"action":"decline"}')
  client.session.close()
})

test('[LEG-28] cancelling ends the call, without an answer, and withdraws its questions', async () => {
  const fixture = createFixture()
  const client = talk(fixture)
  await client.greet('2025-11-25', { elicitation: {} })
  client.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call('slow') })
  await client.request(2, 'ping')
  client.notify('notifications/cancelled', { requestId: 1 })
  assert.equal(fixture.calls.at(-1)?.signal.aborted, true)
  client.send({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: call('name') })
  const question = await client.take((m) => m['method'] === 'elicitation/create')
  client.notify('notifications/cancelled', { requestId: 3 })
  const withdrawn = await client.take((m) => m['method'] === 'notifications/cancelled')
  assert.deepEqual(withdrawn['params'], { requestId: question['id'] })
  client.notify('notifications/cancelled', { requestId: 99 })
  client.notify('notifications/cancelled', {})
  await client.request(4, 'ping')
  assert.deepEqual(client.inbox, [])
})

test('[UTIL-04] progress goes out before the result and not after it', async () => {
  const client = talk(createFixture())
  await client.greet('2025-03-26')
  const params = { ...call('progress'), _meta: { progressToken: 'p' } }
  await client.request(1, 'tools/call', params)
  const told = client.inbox.map((m) => (m['params'] as Json)['progress'])
  assert.deepEqual(told, [1, 2])
})

test('[LEG-04] a level that is set stands on later calls', async () => {
  const client = talk(createFixture(), { logLevel: 'off' })
  await client.greet('2025-06-18')
  const level = async (id: number) =>
    JSON.parse(text(await client.request(id, 'tools/call', call('meta'))) ?? '').logLevel
  assert.equal(await level(1), undefined)
  assert.deepEqual((await client.request(2, 'logging/setLevel', { level: 'debug' }))['result'], {})
  assert.equal(await level(3), 'debug')
  const wrong = await client.request(4, 'logging/setLevel', { level: 'loud' })
  assert.equal((wrong['error'] as Json)['code'], -32602)
  client.session.close()
})

test('[LEG-04] changes reach the client by one listen call, which follows its subscriptions', async () => {
  const fixture = createFixture()
  const client = talk(fixture, { maxSubscriptions: 2 })
  await client.greet('2025-06-18')
  await client.request(1, 'ping')
  await client.request('1b', 'tools/list')
  assert.equal(fixture.listening(), 1)
  fixture.announce('notifications/tools/list_changed')
  assert.deepEqual(await client.take((m) => 'method' in m), {
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
  })

  assert.deepEqual((await client.request(2, 'resources/subscribe', { uri: 'a:b' }))['result'], {})
  assert.equal(fixture.listening(), 1)
  const filter = fixture.calls.at(-1)?.params['notifications']
  assert.deepEqual(filter, {
    toolsListChanged: true,
    resourcesListChanged: true,
    resourceSubscriptions: ['a:b'],
  })
  fixture.announce('notifications/resources/updated', { uri: 'a:b' })
  const updated = await client.take((m) => 'method' in m)
  assert.deepEqual(updated['params'], { uri: 'a:b' })

  await client.request(3, 'resources/subscribe', { uri: 'a:c' })
  const full = await client.request(4, 'resources/subscribe', { uri: 'a:d' })
  assert.equal((full['error'] as Json)['code'], -32602)
  await client.request(5, 'resources/unsubscribe', { uri: 'a:b' })
  const left = fixture.calls.at(-1)?.params['notifications'] as Json
  assert.deepEqual(left['resourceSubscriptions'], ['a:c'])
  assert.equal(fixture.listening(), 1)
  client.session.close()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(fixture.listening(), 0)
})

test('[LEG-23] a batch is answered as one array, where the revision has batches', async () => {
  const client = talk(createFixture(), { maxBatch: 4 })
  await client.greet('2025-03-26')
  client.send([
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
    { jsonrpc: '2.0', id: 2, method: 'tools/call', params: call('echo', { b: 2 }) },
    { nonsense: true },
  ])
  const answers = (await client.take(Array.isArray)) as unknown as Json[]
  assert.deepEqual(
    answers.map((answer) => answer['id']),
    [1, 2, undefined],
  )
  client.send([{ jsonrpc: '2.0', method: 'notifications/roots/list_changed' }])
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  for (const wrong of [[], [ping, ping, ping, ping, ping], [{ ...ping, method: 'initialize' }]]) {
    client.send(wrong)
    const refused = await client.take((m) => 'error' in m)
    assert.equal((refused['error'] as Json)['code'], -32600)
  }
  assert.deepEqual(client.inbox, [])

  const newer = talk(createFixture())
  await newer.greet('2025-06-18')
  newer.send([ping])
  assert.ok((await newer.take((m) => 'error' in m))['error'])
})

test('closing ends calls and questions, and nothing is sent any more', async () => {
  const fixture = createFixture()
  const client = talk(fixture)
  await client.greet('2025-11-25', { elicitation: {} })
  client.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call('name') })
  await client.take((m) => m['method'] === 'elicitation/create')
  client.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call('slow') })
  await client.request(3, 'ping')
  const slow = fixture.calls.at(-1)
  client.session.close()
  assert.equal(slow?.signal.aborted, true)
  client.send({ jsonrpc: '2.0', id: 4, method: 'ping' })
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(client.inbox, [])
})
