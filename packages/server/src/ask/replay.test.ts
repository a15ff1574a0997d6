import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Auth, Call, InputRequiredResult } from '@lutra/core'
import { createSeal } from '@lutra/core/seal'
import fc from 'fast-check'
import { z } from 'zod'
import { runAsking } from './asking.ts'
import type { RunOptions } from './run.ts'
import { openState, sealState } from './state.ts'

const seal = createSeal()
const yes = { action: 'accept', content: { sure: true } }

function callOf(changes: Partial<Call> = {}): Call {
  return {
    method: 'tools/call',
    params: { name: 'pay', arguments: { to: 'ann', amounts: [1, 2], note: { b: 1, a: 2 } } },
    meta: { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } },
    signal: new AbortController().signal,
    notify() {},
    ...changes,
  }
}

function userOf(subject: string, clientId?: string): Auth {
  return { subject, ...(clientId ? { clientId } : {}), scopes: [], claims: {} }
}

let paid = 0

function pay(call: Call, options: Partial<RunOptions> = {}) {
  return runAsking(call, { seal, ...options }, async ({ ask, step }) => {
    const granted = await step('grant', () => 'granted')
    const answer = await ask('confirm', 'Sure?', z.object({ sure: z.boolean() }))
    paid++
    return `${granted} ${answer.action}`
  })
}

function retry(call: Call, requestState: unknown): Call {
  return { ...call, params: { ...call.params, requestState, inputResponses: { confirm: yes } } }
}

async function stateOf(call: Call, options: Partial<RunOptions> = {}): Promise<string> {
  const { requestState } = (await pay(call, options)) as InputRequiredResult
  assert.ok(requestState)
  return requestState
}

const refused = { name: 'RpcError', code: -32602, message: /requestState/ }

test('state serves the call that it was issued for', async () => {
  const call = callOf({ auth: userOf('ann', 'app') })
  assert.equal(await pay(retry(call, await stateOf(call))), 'granted accept')
})

test('the order of members, _meta and the means of authentication do not matter', async () => {
  const call = callOf({ auth: userOf('ann') })
  const requestState = await stateOf(call)
  const params = {
    _meta: { progressToken: 7 },
    arguments: { note: { a: 2, b: 1 }, amounts: [1, 2], to: 'ann' },
    name: 'pay',
  }
  const auth = { ...userOf('ann'), scopes: ['more'], claims: { iat: 2 } }
  assert.equal(await pay(retry({ ...call, params, auth }, requestState)), 'granted accept')
})

const base = callOf({ auth: userOf('ann', 'app') })
const args = base.params['arguments'] as Record<string, unknown>
const thefts: Readonly<Record<string, Partial<Call>>> = {
  'another user': { auth: userOf('bob', 'app') },
  'another client of the same user': { auth: userOf('ann', 'other') },
  'nobody in particular': { auth: undefined },
  'a user whose name holds the client': { auth: userOf('ann\napp') },
  'another tool': { params: { ...base.params, name: 'refund' } },
  'another method': { method: 'prompts/get' },
  'another argument': { params: { ...base.params, arguments: { ...args, to: 'bob' } } },
  'an argument more': { params: { ...base.params, arguments: { ...args, extra: null } } },
  'an argument less': { params: { ...base.params, arguments: { to: 'ann' } } },
  'items in another order': { params: { ...base.params, arguments: { ...args, amounts: [2, 1] } } },
  'an argument of another type': {
    params: { ...base.params, arguments: { ...args, to: ['ann'] } },
  },
  'a param more': { params: { ...base.params, task: {} } },
}

for (const [whose, changes] of Object.entries(thefts)) {
  test(`[MRTR-12] state is refused for ${whose}`, async () => {
    const requestState = await stateOf(base)
    const before = paid
    await assert.rejects(pay(retry(callOf({ ...base, ...changes }), requestState)), refused)
    assert.equal(paid, before)
  })
}

test('state for nobody is refused for somebody', async () => {
  const requestState = await stateOf(callOf())
  await assert.rejects(pay(retry(base, requestState)), refused)
})

test('state is refused by a server of another name that shares the keys', async () => {
  const requestState = await stateOf(base, { scope: 'bank' })
  await assert.rejects(pay(retry(base, requestState), { scope: 'shop' }), refused)
  await assert.rejects(pay(retry(base, requestState)), refused)
})

test('state is refused once it has expired, and the refusal says so', async () => {
  let time = 0
  const timed = createSeal(undefined, { now: () => time })
  const requestState = await stateOf(base, { seal: timed })
  time = 599_999
  assert.equal(await pay(retry(base, requestState), { seal: timed }), 'granted accept')
  time = 600_000
  await assert.rejects(pay(retry(base, requestState), { seal: timed }), {
    ...refused,
    message: /expired/,
  })
})

test('state survives the rotation of keys, and no longer', async () => {
  const [older, newer] = [
    'an older key of at least thirty-two bytes',
    'a newer key of at least thirty-two bytes',
  ]
  const requestState = await stateOf(base, { seal: createSeal([older]) })
  assert.ok(await pay(retry(base, requestState), { seal: createSeal([newer, older]) }))
  await assert.rejects(pay(retry(base, requestState), { seal: createSeal([newer]) }), refused)
})

test('[MRTR-09, MRTR-11] whatever is not the state as it was issued is refused and never asked about again', async () => {
  const requestState = await stateOf(base)
  const edits = fc
    .tuple(fc.nat(requestState.length - 1), fc.constantFrom('', 'A', 'B', '-', '=', ' ', '\u0000'))
    .map(([at, by]) => requestState.slice(0, at) + by + requestState.slice(at + 1))
  const others = fc.oneof(edits, fc.string(), fc.jsonValue())
  await fc.assert(
    fc.asyncProperty(others, async (state) => {
      if (state === requestState) return
      await assert.rejects(pay(retry(base, state)), refused)
    }),
    { numRuns: 1000 },
  )
})

test('a handler cannot go on with state that was refused', async () => {
  const log: string[] = []
  const outcome = runAsking(retry(base, 'forged'), { seal }, async ({ ask, step }) => {
    await step('s', () => log.push('stepped')).catch(() => log.push('refused'))
    await ask('confirm', 'Sure?', z.object({ sure: z.boolean() })).catch(() => log.push('refused'))
    return 'went on'
  })
  await assert.rejects(outcome, refused)
  await new Promise((resolve) => setTimeout(resolve, 1))
  assert.deepEqual(log, ['refused', 'refused'])
})

test("a handler's own state and that of its questions are not taken for one another", async () => {
  const own = await sealState(base, { round: 0, answers: [['confirm', yes]], steps: [] }, { seal })
  await assert.rejects(pay(retry(base, own)), refused)
  const asked = await stateOf(base)
  await assert.rejects(openState(retry(base, asked), { seal }), refused)
})

test("[FEAT-09] a handler's own state is bound in the same way", async () => {
  const requestState = await sealState(base, { page: 2 }, { seal, ttlMs: 1000 })
  assert.deepEqual(await openState(retry(base, requestState), { seal }), { page: 2 })
  assert.equal(await openState(base, { seal }), undefined)
  for (const changes of Object.values(thefts)) {
    const call = retry(callOf({ ...base, ...changes }), requestState)
    await assert.rejects(openState(call, { seal }), refused)
  }
})

test('params that are nested without end are refused, not fatal', async () => {
  let deep: unknown = 1
  for (let level = 0; level < 200_000; level++) deep = [deep]
  const call = callOf({ params: { name: 'pay', arguments: { deep } } })
  await assert.rejects(pay(call), { code: -32602, message: /too deep/ })
})
