/** Params of every shape about tasks, of both eras and by whomever: each is answered, and the tasks of others go on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, deferred, parseMessage, RpcError, withSignal } from '@lutra/core'
import { tasksId } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import fc from 'fast-check'
import { z } from 'zod'
import { createLegacySession } from '../../packages/server/src/legacy/session.ts'
import { createCluster, isEnded, send, until } from '../tasks/rig.ts'
import { odd, orOdd } from './odd.ts'

const codes: readonly unknown[] = [-32601, -32602, -32021]
const errors: unknown[] = []
const gate = deferred<void>()
const tools = [
  tool({
    name: 'asks',
    description: 'x',
    task: true,
    run: (_, ctx) => ctx.ask('who', 'Who?', z.object({ name: z.string() })),
  }),
  tool({ name: 'waits', description: 'x', task: true, run: () => gate.promise.then(() => 'done') }),
  tool({ name: 'quick', description: 'x', task: true, run: () => 'done' }),
] as Tool[]

const or = <T>(sound: fc.Arbitrary<T>) => orOdd(sound, 3)
const either = <T>(sound: fc.Arbitrary<T>) => fc.oneof(or(sound), fc.constant(undefined))
const method = fc.constantFrom(
  ...['tasks/get', 'tasks/update', 'tasks/cancel', 'tasks/result', 'tasks/list'],
  ...['subscriptions/listen', 'tools/call'],
)
const answers = fc.dictionary(
  fc.constantFrom('who', 'who#2', '__proto__', 'constructor'),
  or(
    fc.record({
      action: or(fc.constantFrom('accept', 'decline')),
      content: or(fc.record({ name: or(fc.string()) })),
    }),
  ),
)
const meta = fc.record({
  protocolVersion: fc.constantFrom('2026-07-28', '2025-11-25', '2025-06-18'),
  clientCapabilities: fc.constantFrom(
    { extensions: { [tasksId]: {} }, elicitation: {} },
    { tasks: {} },
    { elicitation: {} },
    {},
  ),
})

/** What may be said about the tasks that the given ids name. */
function paramsAbout(ids: readonly string[]) {
  const id = fc.constantFrom(...ids, ids[0]?.slice(1), `${ids[0]}x`, '\0'.repeat(32))
  return fc.record({
    taskId: either(id),
    inputResponses: either(answers),
    requestState: either(fc.string()),
    cursor: either(fc.constantFrom(`0000000000-${ids[0]}`, '')),
    notifications: either(fc.record({ taskIds: or(fc.array(or(id), { maxLength: 3 })) })),
    name: either(fc.constantFrom('asks', 'quick', '__proto__')),
    arguments: either(fc.constant({})),
    task: either(fc.record({ ttl: or(fc.constantFrom(0, 1, 0.5, 1e300, null)) })),
  })
}

/** Sends it as somebody who soon gives up, as some of it would wait for ever. */
async function attempt(
  handler: (call: Call) => Promise<unknown>,
  request: Pick<Call, 'method' | 'params' | 'meta' | 'auth'>,
): Promise<void> {
  const gone = new AbortController()
  const given = new Error('Given up')
  const timer = setTimeout(() => gone.abort(given), 5)
  try {
    const call = { ...request, id: 'x', notify: (told: unknown) => void JSON.stringify(told) }
    assert.ok(JSON.stringify(await handler(withSignal(call, () => gone.signal))))
  } catch (error) {
    if (error === given) return
    assert.ok(error instanceof RpcError, error instanceof Error ? error.stack : String(error))
    assert.ok(codes.includes(error.code), `${error.code} ${error.message}`)
  } finally {
    clearTimeout(timer)
  }
}

const ada = { subject: 'ada', scopes: [], claims: {} }
const eve = { subject: 'eve', scopes: [], claims: {} }

test('whatever is said about tasks is answered, and does nothing to those of others', async (t) => {
  const cluster = createCluster(tools, { onError: (error) => errors.push(error), graceMs: 50 })
  t.after(cluster.close)
  const one = cluster.start()
  const make = async (name: string) => String((await send(one, 'tools/call', { name }))['taskId'])
  const [asks, waits, quick] = [await make('asks'), await make('waits'), await make('quick')]
  await until(one, asks, ({ status }) => status === 'input_required')
  const requests = fc.array(
    fc.record({
      method,
      params: paramsAbout([asks, waits, quick]),
      meta,
      auth: fc.constantFrom(ada, eve),
    }),
    { maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(requests, async (some) => {
      await Promise.all(
        some.map((request) => {
          const params = JSON.parse(JSON.stringify(request.params))
          return attempt(one.server, { ...request, params })
        }),
      )
      assert.deepEqual(errors, [])
    }),
    { numRuns: 40 },
  )
  gate.resolve()
  await send(one, 'tasks/update', {
    taskId: asks,
    inputResponses: { who: { action: 'accept', content: { name: 'Ann' } } },
  })
  const ends = await Promise.all([asks, waits, quick].map((id) => until(one, id, isEnded)))
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['completed', 'completed', 'completed'],
  )
  assert.match(JSON.stringify(ends[0]), /Ann/)
})

test('whatever its own caller says about a task, it can still be answered or cancelled', async (t) => {
  const cluster = createCluster(tools, { onError: (error) => errors.push(error), graceMs: 50 })
  t.after(cluster.close)
  const one = cluster.start()
  const said = fc.array(fc.record({ method, params: paramsAbout(['own']), meta }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(said, async (some) => {
      const { taskId } = await send(one, 'tools/call', { name: 'asks' })
      for (const { params, ...request } of some) {
        const text = JSON.stringify(params).replaceAll('"own"', JSON.stringify(taskId))
        await attempt(one.server, { ...request, params: JSON.parse(text) })
      }
      await send(one, 'tasks/cancel', { taskId }).catch((error) => {
        throw new Error(`${error}`, { cause: some })
      })
      await until(one, taskId, isEnded)
      assert.deepEqual(errors, [])
    }),
    { numRuns: 40 },
  )
})

test('whatever a session of 2025-11-25 sends about tasks is answered once, in its words', async (t) => {
  const cluster = createCluster(tools, { onError: (error) => errors.push(error), graceMs: 50 })
  t.after(cluster.close)
  const one = cluster.start()
  const sent = fc.array(fc.record({ method, params: fc.oneof(paramsAbout(['own']), odd) }), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(sent, async (some) => {
      const told: unknown[] = []
      const session = createLegacySession(one.server, {
        send: (messages) => told.push(...[messages].flat()),
      })
      const capabilities = { elicitation: {}, tasks: {} }
      const hello = {
        protocolVersion: '2025-11-25',
        capabilities,
        clientInfo: { name: 'x', version: '1' },
      }
      const ask = (id: unknown, method: string, params?: unknown) =>
        session.receive({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) })
      const answered = async (id: string) => {
        while (!told.flatMap(idOfAnswer).includes(id)) await turns()
      }
      ask('hello', 'initialize', hello)
      ask('make', 'tools/call', { name: 'asks', arguments: {}, task: {} })
      await answered('make')
      const [, taskId] = /"taskId":"([\w-]{32})"/.exec(JSON.stringify(told)) ?? []
      const text = JSON.stringify(some).replaceAll('"own"', JSON.stringify(taskId))
      for (const [id, { method, params }] of JSON.parse(text).entries()) ask(id, method, params)
      ask('last', 'ping')
      await answered('last')
      await turns()
      const ids = told.flatMap(idOfAnswer)
      assert.equal(new Set(ids).size, ids.length)
      assert.deepEqual(errors, [])
      session.close()
    }),
    { numRuns: 40 },
  )
})

/** The id of what was answered; none for what was asked or told. */
function idOfAnswer(told: unknown): unknown[] {
  const message = parseMessage(told)
  return 'method' in message || !('id' in message) ? [] : [message.id]
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
