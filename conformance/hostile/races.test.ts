/** Things that happen at once: each call ends once, with one outcome, and nothing is left of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@lutra/client/connect'
import { connectHttp } from '@lutra/client/connect-http'
import { type Call, joinedPipes, latestVersion, type Message, type Result } from '@lutra/core'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { createLegacySession } from '../../packages/server/src/legacy/session.ts'
import { servePipe } from '../../packages/server/src/pipe/serve-pipe.ts'
import { eventually } from '../eventually.ts'
import { createChance, seedOf } from './random.ts'
import { createTarget } from './target.ts'
import { envelope, hello } from './wire.ts'

const seed = seedOf()

/** Lets so many turns of the event loop go by. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test(`a cancellation and a result that meet end a call once (seed ${seed})`, async () => {
  const chance = createChance(seed)
  let running = 0
  const handler = async ({ signal, params }: Call): Promise<Result> => {
    running += 1
    await turns(Number(params['turns']))
    running -= 1
    if (signal.aborted && chance.rarely(2)) throw signal.reason
    return { resultType: 'complete', content: [] }
  }
  for (const era of ['modern', 'legacy']) {
    const [ours, theirs] = joinedPipes()
    const served = servePipe(handler, theirs, {
      legacySession: (way) => createLegacySession(handler, way),
    })
    const answers = new Map<unknown, number>()
    const read = (async () => {
      for await (const message of ours.incoming) {
        if (!('id' in message)) continue
        answers.set(message.id, (answers.get(message.id) ?? 0) + 1)
      }
    })()
    const _meta = era === 'modern' ? envelope() : {}
    if (era === 'legacy') {
      void ours.send({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params: hello })
      await turns(10)
    }
    const cancelled = new Set<unknown>()
    for (let id = 0; id < 2000; id++) {
      const params = { name: 'x', turns: chance.below(6), _meta }
      void ours.send({ jsonrpc: '2.0', id, method: 'tools/call', params })
      if (chance.rarely(2)) await turns(chance.below(3))
      const requestId = id - chance.below(3)
      if (chance.rarely(3)) continue
      cancelled.add(requestId)
      void ours.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })
    }
    await turns(30)
    await ours.close()
    await Promise.all([served, read])
    assert.equal(running, 0)
    for (let id = 0; id < 2000; id++) {
      const count = answers.get(id) ?? 0
      assert.ok(
        count === 1 || (count === 0 && cancelled.has(id)),
        `${era}: ${count} answers to ${id}`,
      )
    }
  }
})

test('hundreds of subscriptions of one client are no leak', async () => {
  const warnings: string[] = []
  const warn = ({ name }: Error) => void warnings.push(name)
  process.on('warning', warn)
  const { server, state } = createTarget()
  const client = await connect(server, { onWarning() {} })
  const hanging = Array.from({ length: 200 }, () => client.callTool('hang').catch(() => {}))
  const open = Array.from({ length: 200 }, () => client.listen({ toolsListChanged: true }))
  await Promise.all(open.map(({ acknowledged }) => acknowledged))
  await client.close()
  for (const one of open) for await (const _ of one);
  await Promise.all(hanging)
  await turns(3)
  assert.deepEqual([state.running, state.listening()], [0, 0])
  process.off('warning', warn)
  assert.deepEqual(
    warnings.filter((name) => name.startsWith('MaxListeners')),
    [],
  )
})

test('a server that is closed under calls and subscriptions ends each of them', async () => {
  for (const wait of [0, 1, 5, 30]) {
    const { server, state } = createTarget()
    const serving = await serveNode(server, { closeTimeoutMs: 100 }).listen()
    const options = { retries: 0, timeoutMs: 10_000, onWarning() {} }
    const client = await connect(serving.url, options)
    const calls = Array.from({ length: 60 }, (_, n) =>
      client.callTool(n % 3 === 0 ? 'hang' : n % 3 === 1 ? 'ticks' : 'echo').then(
        () => 1,
        () => 0,
      ),
    )
    const subscriptions = Array.from({ length: 20 }, () =>
      client.listen({ toolsListChanged: true }, { maxReconnects: 0 }),
    )
    for (const { acknowledged } of subscriptions) acknowledged.catch(() => {})
    await sleep(wait)
    await Promise.all([serving.close(), server.close(), serving.close()])
    await Promise.all(calls)
    for (const one of subscriptions) {
      // It ends well or badly, and it ends.
      try {
        for await (const _ of one);
      } catch {}
    }
    await client.close()
    await client.close()
    await eventually(() => state.running === 0, 'no call runs')
    assert.deepEqual([state.running, state.listening()], [0, 0])
  }
})

test('tools that come and go under calls and lists leave every answer whole', async () => {
  const server = createServer({ name: 'changing', version: '1', pageSize: 3 })
  const serving = await serveNode(server, { closeTimeoutMs: 100 }).listen()
  await using client = await connect(serving.url, { onWarning() {}, cache: false, retries: 0 })
  const chance = createChance(seed)
  let over = false
  const change = async () => {
    const there = new Set<string>()
    while (!over) {
      const name = `t${chance.below(10)}`
      if (there.delete(name)) assert.equal(server.remove('tool', name), true)
      else {
        server.add(tool({ name, description: 'x', run: () => turns(2).then(() => name) }))
        there.add(name)
      }
      await turns(chance.below(3))
    }
  }
  const changing = change()
  const subscription = client.listen({ toolsListChanged: true })
  const ends = { well: 0, gone: 0 }
  await Promise.all(
    Array.from({ length: 400 }, async (_, n) => {
      const name = `t${n % 10}`
      if (n % 4 === 0)
        await client
          .listTools()
          .catch((error) => assert.match(String(error), /cursor|Method not found/))
      else {
        await client.callTool(name).then(
          ({ text }) => {
            assert.equal(text, name)
            ends.well += 1
          },
          (error) => {
            assert.match(String(error), /Unknown tool|Method not found/)
            ends.gone += 1
          },
        )
      }
    }),
  )
  over = true
  await changing
  subscription.close()
  assert.ok(ends.well > 0 && ends.gone > 0, JSON.stringify(ends))
  await client.close()
  await serving.close()
})

test('connecting, calling and closing in any order settles everything', async () => {
  const { server, state } = createTarget()
  const serving = await serveNode(server, { closeTimeoutMs: 100 }).listen()
  const chance = createChance(seed)
  for (let round = 0; round < 60; round++) {
    const options = { retries: 0, onWarning() {}, era: chance.one(['modern', 'legacy'] as const) }
    const stop = new AbortController()
    const connecting = connect(serving.url, { ...options, signal: stop.signal })
    if (chance.rarely(4)) stop.abort(new Error('Changed our minds'))
    const client = await connecting.catch(() => undefined)
    if (!client) continue
    const signal = AbortSignal.timeout(chance.below(10) + 1)
    const calls = ['hang', 'ticks', 'echo'].map((name) => client.callTool(name, {}, { signal }))
    const settled = Promise.allSettled(calls)
    if (chance.rarely(2)) await turns(chance.below(20))
    await Promise.all([client.close(), settled, chance.rarely(3) ? client.close() : undefined])
    await assert.rejects(client.callTool('echo'))
  }
  await serving.close()
  await eventually(() => state.running === 0, 'no call runs')
  assert.equal(state.running, 0)
})

test('answers that meet the end of their question are taken once', async () => {
  const { server } = createTarget()
  const received: Message[] = []
  const session = createLegacySession(server, {
    questionTimeoutMs: 5,
    send: (message) => received.push(...[message].flat()),
  })
  session.receive({ jsonrpc: '2.0', id: 0, method: 'initialize', params: hello })
  await turns(10)
  const chance = createChance(seed)
  const due = new Set<unknown>([0])
  for (let id = 1; id <= 200; id++) {
    session.receive({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'ask' } })
    await sleep(chance.below(3))
    for (const message of received) {
      if (!('method' in message) || !('id' in message)) continue
      const answer = { action: 'accept', content: { name: 'ann' } }
      // Twice, late, and as both a result and an error.
      session.receive({ jsonrpc: '2.0', id: message.id, result: answer })
      session.receive({ jsonrpc: '2.0', id: message.id, error: { code: 1, message: 'no' } })
    }
    if (!chance.rarely(5)) due.add(id)
    else {
      const params = { requestId: id }
      session.receive({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
    }
  }
  const answers = () =>
    received
      .filter((message) => !('method' in message))
      .map((message) => ('id' in message ? message.id : undefined))
  // Calls that were cancelled may have ended before, all others are answered.
  const missing = () => [...due].filter((id) => !answers().includes(id as number))
  await eventually(() => missing().length === 0, 'all that were not cancelled are answered')
  await sleep(50)
  assert.equal(new Set(answers()).size, answers().length)
  session.close()
})

test('an era is found out for many clients at once', async () => {
  const { server } = createTarget()
  const serving = await serveNode(server, { closeTimeoutMs: 100 }).listen()
  const connections = await Promise.all(
    Array.from({ length: 50 }, () => connectHttp(serving.url, { onWarning() {} })),
  )
  assert.ok(connections.every(({ protocolVersion }) => protocolVersion === latestVersion))
  await Promise.all(connections.map((connection) => connection.close()))
  await serving.close()
})
