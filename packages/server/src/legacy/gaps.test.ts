import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turn } from '../../test/calls.ts'
import { createLossyBus } from '../../test/lossy-bus.ts'
import type { LoggedEvent } from './http/event-log.ts'
import { createReplay } from './http/replay.ts'
import { greet, textOf } from './http-client.test.ts'
import { ping, serveTwice } from './serve.test.ts'

/** Two instances behind a balancer that takes turns, on a bus that can lose what it is told. */
async function rig() {
  const { bus, state, recover } = createLossyBus()
  state.slow = false
  const { doors, fixtures } = serveTwice({}, bus)
  const client = await greet(doors, { capabilities: { elicitation: {} } })
  return { client, doors, fixtures, state, recover, bus }
}

test('an answer that the bus has lost is found after the gap', async () => {
  const { client, state, recover } = await rig()
  const reply = await client.call(1, 'name')
  const question = await reply.message()
  state.lossy = true
  assert.equal((await client.answer(question['id'], { action: 'decline' })).status, 202)
  await turn()
  assert.deepEqual(reply.events.slice(1), [])
  recover()
  assert.equal(textOf(await reply.message((m) => 'result' in m)), 'state-1 {"action":"decline"}')
})

test('an answer to what nobody asked is not kept', async () => {
  const { client, fixtures } = await rig()
  for (const id of [crypto.randomUUID(), crypto.randomUUID(), 7, 'x'.repeat(1000)]) {
    assert.equal((await client.answer(id, { action: 'accept', content: {} })).status, 202)
  }
  await turn()
  assert.deepEqual(await fixtures[0].store.list('lutra/legacy/question/'), [])
})

test('[LEG-08] a stream that is taken up elsewhere loses nothing in a gap', async () => {
  const { client, state, recover } = await rig()
  const reply = await client.call(1, 'name')
  const opening = await reply.event()
  const question = await reply.message()
  reply.leave()
  const again = await client.listen(opening.id)
  await again.message((m) => 'method' in m)
  // The answer comes to the instance that asked, what follows is lost on its way to the other one.
  await client.notify('notifications/roots/list_changed')
  await client.notify('notifications/roots/list_changed')
  state.lossy = true
  await client.answer(question['id'], { action: 'decline' })
  await turn()
  assert.deepEqual(
    again.events.filter(({ data }) => data),
    [],
  )
  recover()
  assert.equal(textOf(await again.message((m) => 'result' in m)), 'state-1 {"action":"decline"}')
  await again.closed
})

test('a session that ended during a gap is over everywhere after it', async () => {
  const { client, doors, state, recover } = await rig()
  for (const _ of doors) assert.equal((await client.send({ body: ping })).status, 200)
  state.lossy = true
  assert.equal((await client.send({ method: 'DELETE' })).status, 204)
  recover()
  await turn()
  for (const _ of doors) assert.equal((await client.send({ body: ping })).status, 404)
})

test('what is subscribed to at another instance is told of once, for what happened before it was heard', async () => {
  const { client, fixtures, state } = await rig()
  const stream = await client.listen()
  const listens = fixtures.findIndex(({ listening }) => listening() === 1)
  assert.notEqual(listens, -1)
  // The next turn is the other one's, the one after that is the listener's own.
  for (const uri of ['a:b', 'a:c']) {
    assert.equal((await client.request(uri, 'resources/subscribe', { uri })).status, 200)
    await turn()
  }
  const told = stream.events.flatMap(({ data }) => (data ? [JSON.parse(data).params.uri] : []))
  assert.deepEqual(told, ['a:b'])
  assert.equal(state.lossy, false)
  await client.send({ method: 'DELETE' })
})

test('a stream that was taken up elsewhere during a gap is let go after it', async () => {
  const { client, fixtures, state, recover } = await rig()
  const first = await client.listen()
  state.lossy = true
  // The next turn is the other one's.
  const second = await client.listen()
  const listens = () => fixtures.map(({ listening }) => listening())
  assert.deepEqual(listens(), [1, 1])
  recover()
  await first.closed
  await turn()
  assert.deepEqual(listens().sort(), [0, 1])
  second.leave()
  await client.send({ method: 'DELETE' })
})

test('a stream that comes back to another instance says what may have happened in between', async () => {
  const { client } = await rig()
  const stream = await client.listen()
  const opening = await stream.event()
  await client.request(1, 'resources/subscribe', { uri: 'a:b' })
  await client.request(2, 'ping')
  stream.leave()
  const listed = async (id: string | undefined) => {
    const again = await client.listen(id)
    await turn()
    const told = again.events.flatMap(({ data }) => (data ? [JSON.parse(data).method] : []))
    return { told, id: again.events.at(-1)?.id }
  }
  const { told, id } = await listed(opening.id)
  assert.deepEqual(told, [
    // Kept, from when it was subscribed to at the other instance.
    'notifications/resources/updated',
    'notifications/tools/list_changed',
    'notifications/resources/list_changed',
    'notifications/resources/updated',
  ])
  // To the same one it comes back with nothing new.
  await client.request(3, 'ping')
  assert.deepEqual((await listed(id)).told, [])
  await client.send({ method: 'DELETE' })
})

test('HTTP+SSE ends with a gap: nobody could say which calls were lost', async () => {
  const { doors, recover } = await rig()
  const { exchange } = await import('./http-client.test.ts')
  const [door] = doors
  assert.ok(door)
  const stream = await exchange(door, { method: 'GET', url: '/sse' })
  assert.equal((await stream.event()).event, 'endpoint')
  recover()
  await stream.closed
})

const event = (seq: number, last = false): LoggedEvent => ({ seq, json: String(seq), last })

test('a replay sends each event once and in order, whatever the bus leaves out', async () => {
  const kept: LoggedEvent[] = [event(1), event(2)]
  const sent: number[] = []
  let reads = 0
  const replay = createReplay({
    after: 0,
    async read(after) {
      reads += 1
      return { events: kept.filter(({ seq }) => seq > after), over: false }
    },
    send: ({ seq }) => void sent.push(seq),
    fail: (error) => assert.fail(String(error)),
  })
  replay.hear(event(2))
  replay.begin(kept)
  assert.deepEqual(sent, [1, 2])
  kept.push(event(3), event(4), event(5))
  replay.hear(event(5))
  replay.hear(event(4))
  await turn()
  assert.deepEqual(sent, [1, 2, 3, 4, 5])
  // The sixth was too much to be kept: it is not waited for.
  kept.push(event(7))
  replay.hear(event(7))
  await turn()
  const before = reads
  replay.hear(event(8))
  replay.hear(event(9, true))
  replay.hear(event(10))
  replay.catchUp()
  await turn()
  assert.deepEqual(sent, [1, 2, 3, 4, 5, 7, 8, 9])
  assert.equal(reads, before, 'what comes in turn is not looked up')
})
