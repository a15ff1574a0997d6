import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, exchange, greet, type Json, textOf } from './http-client.test.ts'
import { ping, serve, serveTwice } from './serve.test.ts'

test('[LEG-05] announcements go out on the stream of a GET, and follow the subscriptions', async () => {
  const { door, fixture } = serve()
  const client = await greet(door, { version: '2025-06-18' })
  const stream = await client.listen()
  assert.deepEqual([stream.status, stream.headers['content-type']], [200, 'text/event-stream'])
  fixture.announce('notifications/tools/list_changed')
  const changed = await stream.message()
  assert.deepEqual(changed, { jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
  assert.equal((await client.request(1, 'resources/subscribe', { uri: 'a:b' })).status, 200)
  const filter = () => fixture.calls.at(-1)?.params['notifications'] as Json
  assert.deepEqual(filter()['resourceSubscriptions'], ['a:b'])
  assert.equal(fixture.listening(), 1)
  fixture.announce('notifications/resources/updated', { uri: 'a:b' })
  assert.deepEqual((await stream.message())['params'], { uri: 'a:b' })
  await client.request(2, 'resources/unsubscribe', { uri: 'a:b' })
  assert.equal('resourceSubscriptions' in filter(), false)
  await client.request(3, 'logging/setLevel', { level: 'error' })
  const { json } = await client.call(4, 'meta')
  assert.equal(JSON.parse(textOf(json) ?? '').logLevel, 'error')

  // The newest stream of a session is the one that counts: nothing goes out twice.
  const second = await client.listen()
  await stream.closed
  fixture.announce('notifications/tools/list_changed')
  await second.message()
  assert.equal(fixture.listening(), 1)
  await client.send({ method: 'DELETE' })
  await second.closed
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(fixture.listening(), 0)
})

test('an announcement that comes while the client is away is there when it comes back', async () => {
  const { door, fixture } = serve()
  const client = await greet(door)
  const stream = await client.listen()
  const opening = await stream.event()
  fixture.announce('notifications/tools/list_changed')
  const seen = await stream.event()
  stream.leave()
  fixture.announce('notifications/resources/list_changed')
  await new Promise((resolve) => setImmediate(resolve))
  const again = await client.listen(seen.id)
  const missed = await again.message()
  assert.equal(missed['method'], 'notifications/resources/list_changed')
  fixture.announce('notifications/tools/list_changed')
  assert.equal((await again.message())['method'], 'notifications/tools/list_changed')
  assert.equal(fixture.listening(), 1)
  const all = await client.listen(opening.id)
  assert.equal((await all.message())['method'], 'notifications/tools/list_changed')
  await client.send({ method: 'DELETE' })
})

test('[LEG-08] the stream of a call is taken up where it was lost, and no other one', async () => {
  const { door, fixture } = serve()
  const client = await greet(door, { capabilities: { elicitation: {} } })
  const stranger = await greet(door, { capabilities: { elicitation: {} } })
  const reply = await client.call(1, 'name')
  const opening = await reply.event()
  const question = await reply.message()
  reply.leave()
  assert.ok(opening.id)

  assert.equal((await stranger.listen(opening.id)).status, 400)
  for (const id of ['x', `${opening.id}9999999999`, 'c.1', opening.id.replace(/..\.0$/, 'zz.0')]) {
    assert.equal((await client.listen(id)).status, 400, id)
  }

  const again = await client.listen(opening.id)
  assert.deepEqual(await again.message((m) => 'method' in m), question)
  const third = await client.listen(opening.id)
  await again.closed
  await client.answer(question['id'], { action: 'decline' })
  const done = await third.message((m) => 'result' in m)
  assert.equal(textOf(done), 'state-1 {"action":"decline"}')
  await third.closed

  // Once it is over, the rest can still be had; after the rest there is nothing.
  const late = await client.listen(opening.id)
  await late.closed
  assert.equal(late.events.filter(({ data }) => data).length, 2)
  const last = late.events.at(-1)?.id
  assert.equal((await client.listen(last)).status, 204)
  assert.equal(fixture.calls.filter(({ method }) => method === 'tools/call').length, 2)
})

test('what is kept of a stream is bounded', async () => {
  const { door } = serve({ replay: { maxEvents: 2 } })
  const client = await greet(door)
  const params = { name: 'progress', _meta: { progressToken: 1 } }
  const reply = await client.request(1, 'tools/call', params)
  await reply.closed
  await new Promise((resolve) => setImmediate(resolve))
  const again = await client.listen(reply.events[0]?.id)
  await again.closed
  const kept = again.events.flatMap(({ data }) => (data ? [JSON.parse(data)] : []))
  assert.deepEqual(
    kept.map((message) => message.params?.progress ?? 'result'),
    [2, 'result'],
  )
})

test('a connection is closed in the middle of a call, and the client polls for the rest', async () => {
  const { door, fixture } = serve({ closeStreamAfterMs: 5, retryMs: 20 })
  const client = await greet(door)
  const reply = await client.call(1, 'slow')
  const opening = await reply.event()
  assert.deepEqual([opening.data, opening.retry], ['', '20'])
  await reply.closed
  fixture.release()
  const polled = await client.listen(opening.id)
  assert.equal(textOf(await polled.message()), 'released')
  await polled.closed

  // Clients of the revisions before cannot poll.
  const older = await greet(door, { version: '2025-06-18' })
  const waiting = older.call(1, 'slow')
  const slow = () => fixture.calls.filter(({ params }) => params['name'] === 'slow')
  while (slow().length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  fixture.release()
  assert.equal(textOf((await waiting).json), 'released')
})

test('any instance serves a session, and knows what happened to it at another one', async () => {
  const { doors, fixtures } = serveTwice()
  const client = await greet(doors, { capabilities: { elicitation: {} } })
  for (const id of [1, 2, 3, 4]) {
    assert.equal((await client.call(id, 'echo')).status, 200)
  }
  assert.ok(fixtures.every(({ calls }) => calls.some(({ method }) => method === 'tools/call')))

  // The question goes out here and is answered there; so is what is lost taken up.
  const reply = await client.call(5, 'name')
  const opening = await reply.event()
  const question = await reply.message()
  reply.leave()
  const again = await client.listen(opening.id)
  await again.message((m) => 'method' in m)
  await client.notify('notifications/roots/list_changed')
  await client.answer(question['id'], { action: 'decline' })
  assert.equal(textOf(await again.message((m) => 'result' in m)), 'state-1 {"action":"decline"}')

  const announcing = await client.listen()
  const [first, second] = fixtures
  const listens = () => [first.listening(), second.listening()].reduce((a, b) => a + b)
  assert.equal(listens(), 1)
  await client.request(6, 'resources/subscribe', { uri: 'a:b' })
  await client.request(7, 'resources/subscribe', { uri: 'a:c' })
  await new Promise((resolve) => setImmediate(resolve))
  const listening = [...first.calls, ...second.calls].filter(
    ({ method, signal }) => method === 'subscriptions/listen' && !signal.aborted,
  )
  assert.deepEqual(
    listening.map(({ params }) => (params['notifications'] as Json)['resourceSubscriptions']),
    [['a:b', 'a:c']],
  )

  await client.request(8, 'logging/setLevel', { level: 'alert' })
  await new Promise((resolve) => setImmediate(resolve))
  for (const id of [9, 10]) {
    const { json } = await client.call(id, 'meta')
    assert.equal(JSON.parse(textOf(json) ?? '').logLevel, 'alert')
  }

  const slow = client.call(11, 'slow')
  await client.notify('notifications/cancelled', { requestId: 11 })
  assert.deepEqual((await slow).events, [])
  await client.send({ method: 'DELETE' })
  await announcing.closed
  await new Promise((resolve) => setImmediate(resolve))
  for (const _ of doors) assert.equal((await client.send({ body: ping })).status, 404)
  assert.equal(listens(), 0)
})

test('an instance that keeps few sessions at hand still serves them all', async () => {
  const { door } = serve({ maxSessions: 2 })
  const clients = await Promise.all(
    [...Array(12)].map(() => greet(door, { capabilities: { elicitation: {} } })),
  )
  const [first] = clients
  assert.ok(first)
  const reply = await first.call(1, 'name')
  const question = await reply.message()
  for (const client of [...clients, ...clients]) {
    assert.equal((await client.send({ body: ping })).status, 200)
  }
  await first.answer(question['id'], { action: 'decline' })
  assert.equal(textOf(await reply.message()), 'state-1 {"action":"decline"}')
})

test('streams that stay open are bounded', async () => {
  const { door } = serve({ maxStreams: 2 })
  const clients = await Promise.all([1, 2, 3].map(() => greet(door)))
  const opened = await Promise.all(clients.map((client) => client.listen()))
  assert.deepEqual(
    opened.map(({ status }) => status),
    [200, 200, 503],
  )
  await clients[0]?.send({ method: 'DELETE' })
  assert.equal((await clients[2]?.listen())?.status, 200)
  for (const client of clients.slice(1)) await client.send({ method: 'DELETE' })
})

test('[LEG-10] HTTP+SSE: a stream, an address to POST to, and the answers on the stream', async () => {
  const { doors } = serveTwice()
  const [door, other] = doors
  assert.ok(door && other)
  const auth = { subject: 'ada', scopes: [], claims: {} }
  const accept = { accept: 'text/event-stream' }
  const stream = await exchange(door, { method: 'GET', url: '/sse?a=1', headers: accept, auth })
  const endpoint = await stream.event()
  assert.equal(endpoint.event, 'endpoint')
  const url = endpoint.data ?? ''
  assert.match(url, /^\/sse\?a=1&sse=/)
  const post = (body: Json, where = door) => exchange(where, { url, auth, body })
  const hello = {
    protocolVersion: '2024-11-05',
    capabilities: { sampling: {}, roots: {} },
    clientInfo: { name: 'c', version: '1' },
  }
  const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: hello }
  assert.equal((await post(initialize)).status, 202)
  const greeted = await stream.message()
  assert.equal((greeted['result'] as Json)['protocolVersion'], '2024-11-05')
  await post({ jsonrpc: '2.0', method: 'notifications/initialized' })

  // Whatever instance a POST comes to, the answer is on the stream.
  const model = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'model' } }
  await post(model, other)
  const sample = await stream.message((m) => m['method'] === 'sampling/createMessage')
  const roots = await stream.message((m) => m['method'] === 'roots/list')
  await post({ jsonrpc: '2.0', id: sample['id'], result: { model: 'm' } }, other)
  await post({ jsonrpc: '2.0', id: roots['id'], result: { roots: [] } })
  const done = await stream.message()
  assert.deepEqual(JSON.parse(textOf(done) ?? ''), {
    haiku: { model: 'm' },
    roots: { roots: [] },
  })

  const eve = { ...auth, subject: 'eve' }
  for (const where of doors) {
    assert.equal((await exchange(where, { url, auth: eve, body: model })).status, 404)
    const forged = { url: `${url}A`, auth, body: model }
    assert.equal((await exchange(where, forged)).status, 404)
  }
  const client = await greet(door, { auth })
  const session = { url: `/sse?sse=${client.id.slice(32)}`, auth, body: model }
  assert.equal((await exchange(door, session)).status, 404)
  door.close()
  await stream.closed
})

test('HTTP+SSE is also found at the path of the server, and ends with its client', async () => {
  const { door, fixture } = serve({ maxStreams: 1 })
  const headers = { accept: 'text/event-stream' }
  const stream = await exchange(door, { method: 'GET', headers })
  const { data = '' } = await stream.event()
  assert.match(data, /^\/mcp\?sse=/)
  assert.equal((await exchange(door, { method: 'GET', headers })).status, 503)
  const params = { protocolVersion: '2024-11-05', capabilities: {} }
  const post = (body: Json) => exchange(door, { url: data, body })
  await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
  await stream.message()
  await post({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'slow' } })
  await post(ping)
  await stream.message()
  stream.leave()
  const slow = fixture.calls.find(({ method }) => method === 'tools/call')
  assert.equal(slow?.signal.aborted, true)
  const again = await exchange(door, { method: 'GET', headers })
  assert.equal(again.status, 200)
  again.leave()
  const off = serve({ sse: false }).door
  assert.equal((await exchange(off, { method: 'GET', headers })).status, 405)
  assert.equal((await exchange(off, { method: 'GET', url: '/sse', headers })).status, 405)
})

test('what all streams together may keep, wait for and run is bounded', async () => {
  const { door, fixture } = serve({ replay: { maxTotalLength: 10 }, maxRunning: 2, maxParked: 1 })
  const capabilities = { elicitation: {} }
  const clients = await Promise.all([1, 2, 3].map(() => greet(door, { capabilities })))
  const [first, second, third] = clients
  assert.ok(first && second && third)
  const parked = await first.call(1, 'name')
  const question = await parked.message()
  const refused = await second.call(1, 'name')
  assert.equal(textOf(refused.json), 'state-1 {"action":"cancel"}')
  const slow = second.call(2, 'slow')
  assert.equal(codeOf((await third.call(1, 'echo')).json), -32603)
  await first.answer(question['id'], { action: 'decline' })
  await parked.message()
  const kept = await first.listen(`${parked.events[0]?.id ?? ''}`)
  assert.equal(kept.status, 400)
  fixture.release()
  await slow
  assert.equal((await third.call(2, 'echo')).status, 200)
})
