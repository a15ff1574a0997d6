import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Call,
  createMemoryStore,
  type InputRequiredResult,
  isInputRequired,
} from '@lutra/core'
import { createSeal } from '@lutra/core/seal'
import { z } from 'zod'
import { type Asking, runAsking } from './asking.ts'
import type { RunOptions } from './run.ts'
import { isSuspended } from './suspended.ts'

const seal = createSeal()
const sure = z.object({ sure: z.boolean() })
const yes = { action: 'accept', content: { sure: true } }

function callOf(params: Record<string, unknown> = {}, changes: Partial<Call> = {}): Call {
  return {
    method: 'tools/call',
    params: { name: 'demo', arguments: { n: 1 }, ...params },
    meta: {
      protocolVersion: '2026-07-28',
      clientCapabilities: {
        elicitation: { form: {}, url: {} },
        sampling: { tools: {} },
        roots: {},
      },
    },
    signal: new AbortController().signal,
    notify() {},
    ...changes,
  }
}

type Body = (asking: Asking) => unknown

function start(
  body: Body,
  params: Record<string, unknown> = {},
  options: Partial<RunOptions> = {},
) {
  return runAsking(callOf(params), { seal, ...options }, body)
}

async function expectQuestions(outcome: Promise<unknown>): Promise<InputRequiredResult> {
  const result = (await outcome) as InputRequiredResult
  assert.ok(isInputRequired(result), JSON.stringify(result))
  return result
}

/** Runs a body to its end, with what answers each question. */
async function walk(
  body: Body,
  answer: (key: string) => unknown,
  options: Partial<RunOptions> = {},
) {
  const rounds: string[][] = []
  let params: Record<string, unknown> = {}
  for (;;) {
    const result = await start(body, params, options)
    if (!isInputRequired(result as InputRequiredResult)) return { result, rounds }
    const { inputRequests = {}, requestState } = result as InputRequiredResult
    const keys = Object.keys(inputRequests)
    rounds.push(keys)
    const given = keys.map((key) => [key, answer(key)] as const)
    const inputResponses = Object.fromEntries(given.filter(([, value]) => value !== undefined))
    params = { inputResponses, requestState }
  }
}

const ask = (asking: Asking, key: string) => asking.ask(key, `${key}?`, sure)

test('a body that asks nothing comes to what it returns or throws', async () => {
  assert.equal(await start(() => 7), 7)
  assert.equal(await start(async () => 'later'), 'later')
  await assert.rejects(
    start(() => {
      throw new Error('at once')
    }),
    /at once/,
  )
  await assert.rejects(
    start(async () => {
      throw new Error('later')
    }),
    /later/,
  )
})

test('a body that asks nothing never looks at what the caller brought', async () => {
  assert.equal(await start(() => 7, { requestState: 'forged', inputResponses: 3 }), 7)
})

test('[MRTR-01, MRTR-05] a question ends the run; its answer lets the next one go on', async () => {
  const body: Body = async (asking) => {
    const answer = await ask(asking, 'confirm')
    return answer.action === 'accept' ? answer.content.sure : answer.action
  }
  const { inputRequests, requestState } = await expectQuestions(start(body))
  assert.deepEqual(inputRequests, {
    confirm: {
      method: 'elicitation/create',
      params: {
        message: 'confirm?',
        requestedSchema: {
          type: 'object',
          properties: { sure: { type: 'boolean' } },
          required: ['sure'],
        },
      },
    },
  })
  const again = (confirm: unknown) => start(body, { requestState, inputResponses: { confirm } })
  assert.equal(await again(yes), true)
  assert.equal(await again({ action: 'decline' }), 'decline')
  assert.equal(await again({ action: 'cancel', content: 'x' }), 'cancel')
})

test('the content of an answer is what the schema makes of it', async () => {
  const schema = z.object({
    name: z.string().transform((name) => name.toUpperCase()),
    days: z.number().default(3),
  })
  const body: Body = async (asking) => {
    const answer = await asking.ask('who', 'Who?', z.object(schema.shape))
    return answer.action === 'accept' && answer.content
  }
  const content = { name: 'ann', stray: 1 }
  const { result } = await walk(body, () => ({ action: 'accept', content }))
  assert.deepEqual(result, { name: 'ANN', days: 3 })
})

test('a form may be made from a JSON Schema', async () => {
  const body: Body = async (asking) => {
    const schema = { type: 'object', properties: { size: { type: 'string', enum: ['s', 'm'] } } }
    const answer = await asking.ask('size', 'Size?', schema)
    return answer.action === 'accept' && answer.content['size']
  }
  assert.equal((await walk(body, () => ({ action: 'accept', content: { size: 'm' } }))).result, 'm')
})

test('what is asked together goes out in one round, what is asked in turn in several', async () => {
  const together: Body = (asking) => Promise.all(['a', 'b', 'c'].map((key) => ask(asking, key)))
  const inTurn: Body = async (asking) => [await ask(asking, 'a'), await ask(asking, 'b')]
  assert.deepEqual((await walk(together, () => yes)).rounds, [['a', 'b', 'c']])
  assert.deepEqual((await walk(inTurn, () => yes)).rounds, [['a'], ['b']])
})

test('questions of a branch that takes a few turns of microtasks join the round', async () => {
  const late = async (asking: Asking) => {
    for (let turn = 0; turn < 50; turn++) await undefined
    return ask(asking, 'late')
  }
  const body: Body = (asking) => Promise.all([ask(asking, 'early'), late(asking)])
  assert.deepEqual((await walk(body, () => yes)).rounds, [['early', 'late']])
})

test('[MRTR-14, MRTR-25, MRTR-26] of answers that are missing, only those are asked for again; what is too much is ignored', async () => {
  const body: Body = (asking) => Promise.all([ask(asking, 'a'), ask(asking, 'b')])
  let asked = 0
  const { result, rounds } = await walk(body, (key) =>
    key === 'b' && asked++ === 0 ? undefined : yes,
  )
  assert.deepEqual(rounds, [['a', 'b'], ['b']])
  assert.deepEqual(result, [yes, yes])
  const extra = { a: yes, b: yes, c: 'whatever', __proto__: 1 }
  assert.deepEqual(await start(body, { inputResponses: extra }), [yes, yes])
  await expectQuestions(start(body, { inputResponses: { wrong: yes } }))
  await expectQuestions(start(body, { inputResponses: JSON.parse('{"__proto__":{"a":1}}') }))
})

test('answers of earlier rounds cannot be changed by later ones', async () => {
  const body: Body = async (asking) => {
    const first = await ask(asking, 'first')
    await ask(asking, 'second')
    return first.action
  }
  const one = await expectQuestions(start(body))
  const two = await expectQuestions(
    start(body, { requestState: one.requestState, inputResponses: { first: yes } }),
  )
  const inputResponses = { first: { action: 'decline' }, second: yes }
  assert.equal(await start(body, { requestState: two.requestState, inputResponses }), 'accept')
})

test('[MRTR-24] an answer that does not fit is refused by its key, with the reason', async () => {
  const body: Body = (asking) => ask(asking, 'confirm')
  const bad: readonly [unknown, RegExp][] = [
    [12345, /"action"/],
    [null, /"action"/],
    [[], /"action"/],
    [{ action: 'maybe' }, /"action"/],
    [{ action: 'accept' }, /content\/sure is required/],
    [{ action: 'accept', content: [] }, /content expected an object/],
    [{ action: 'accept', content: { sure: 'yes' } }, /content\/sure expected true or false/],
  ]
  for (const [confirm, message] of bad) {
    await assert.rejects(start(body, { inputResponses: { confirm } }), (error: Error) => {
      assert.match(error.message, /inputResponses\["confirm"\]/)
      assert.match(error.message, message)
      assert.equal((error as { code?: number }).code, -32602)
      return true
    })
  }
  for (const inputResponses of [null, 3, 'x', []]) {
    await assert.rejects(start(body, { inputResponses }), {
      code: -32602,
      message: /inputResponses/,
    })
  }
})

test('what a schema refuses beyond the form is refused with its words', async () => {
  const schema = z.object({ n: z.number().refine((n) => n % 2 === 0, 'must be even') })
  const body: Body = (asking) => asking.ask('n', 'n?', schema)
  const inputResponses = { n: { action: 'accept', content: { n: 3 } } }
  await assert.rejects(start(body, { inputResponses }), {
    code: -32602,
    message: /content\/n must be even/,
  })
})

test('a body cannot swallow the refusal of an answer', async () => {
  const body: Body = (asking) => ask(asking, 'confirm').catch(() => 'went on')
  await assert.rejects(start(body, { inputResponses: { confirm: 1 } }), { code: -32602 })
})

test('a step is done once, however often the body runs', async () => {
  const done: string[] = []
  let runs = 0
  const body: Body = async (asking) => {
    runs++
    const order = await asking.step('order', () => {
      done.push('order')
      return { id: 7 }
    })
    const answer = await ask(asking, 'confirm')
    const nothing = await asking.step('ship', async () => void done.push('ship'))
    await ask(asking, 'sign')
    return [order, answer.action, nothing]
  }
  const { result, rounds } = await walk(body, () => yes)
  assert.deepEqual(result, [{ id: 7 }, 'accept', undefined])
  assert.deepEqual(done, ['order', 'ship'])
  assert.deepEqual(rounds, [['confirm'], ['sign']])
  assert.equal(runs, 3)
})

test('the result of a step is the same in the first run as in the next ones', async () => {
  const seen: unknown[] = []
  const body: Body = async (asking) => {
    seen.push(await asking.step('x', () => ({ at: new Date(0), none: undefined, null: null })))
    return ask(asking, 'confirm')
  }
  await walk(body, () => yes)
  assert.deepEqual(seen[0], { at: '1970-01-01T00:00:00.000Z', null: null })
  assert.deepEqual(seen[1], seen[0])
})

test('a step that fails is done again, and one whose result is no JSON says so', async () => {
  let tries = 0
  const body: Body = async (asking) => {
    const step = asking.step('flaky', () => {
      if (tries++ === 0) throw new Error('not yet')
      return tries
    })
    const first = await step.catch(() => 'failed')
    await ask(asking, 'confirm')
    return first
  }
  assert.equal((await walk(body, () => yes)).result, 2)
  await assert.rejects(
    start((asking) => asking.step('big', () => 1n)),
    /step "big" cannot be kept/,
  )
  await assert.rejects(
    start((asking) => asking.step('fn', () => () => {})),
    /step "fn"/,
  )
})

test('a question waits for steps that are still running, and for nothing else', async () => {
  let finish = () => {}
  const slow = new Promise<void>((resolve) => {
    finish = resolve
  })
  const done: string[] = []
  const body: Body = (asking) =>
    Promise.all([
      ask(asking, 'confirm'),
      asking.step('slow', () => slow.then(() => done.push('slow'))),
    ])
  const outcome = start(body)
  const early = await Promise.race([
    outcome,
    new Promise((resolve) => setTimeout(resolve, 20, 'waiting')),
  ])
  assert.equal(early, 'waiting')
  finish()
  const { requestState } = await expectQuestions(outcome)
  assert.deepEqual(await start(body, { requestState, inputResponses: { confirm: yes } }), [yes, 1])
  assert.deepEqual(done, ['slow'])
})

test('a promise of another kind beside a question does not hold it back, even if it never ends', async () => {
  const never = new Promise(() => {})
  await expectQuestions(start((asking) => Promise.all([ask(asking, 'confirm'), never])))
  await expectQuestions(start((asking) => Promise.race([ask(asking, 'confirm'), never])))
  let fetched = 0
  const fetching = () => new Promise((resolve) => setTimeout(() => resolve(++fetched), 10))
  const body: Body = (asking) => Promise.all([ask(asking, 'confirm'), fetching()])
  // Begun in the first run, it is done again in the second.
  assert.deepEqual((await walk(body, () => yes)).result, [yes, 2])
})

test('a body that ends without its answers has ended', async () => {
  const body: Body = (asking) => {
    void ask(asking, 'unasked')
    return 'done'
  }
  assert.equal(await start(body), 'done')
})

test('a question cannot be asked inside a step', async () => {
  const body: Body = (asking) => asking.step('s', async () => ask(asking, 'confirm'))
  await assert.rejects(start(body), { name: 'TypeError', message: /inside a step/ })
})

test('the finally blocks of a suspended run do run, and what it comes to then is ignored', async () => {
  const log: unknown[] = []
  const body: Body = async (asking) => {
    try {
      await ask(asking, 'confirm')
      return 'accepted'
    } catch (error) {
      log.push(isSuspended(error))
      return 'swallowed'
    } finally {
      log.push('finally')
      await asking
        .step('late', () => log.push('never'))
        .catch((error) => log.push(isSuspended(error)))
      await ask(asking, 'late').catch((error) => log.push(isSuspended(error)))
    }
  }
  await expectQuestions(start(body))
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(log, [true, 'finally', true, true])
})

test('promises that nobody waits for never become unhandled rejections', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const bodies: readonly Body[] = [
    async (asking) => {
      const first = ask(asking, 'a')
      const second = ask(asking, 'b')
      return [await first, await second]
    },
    async (asking) => {
      const first = ask(asking, 'a').then((answer) => answer.action)
      const other = ask(asking, 'b').finally(() => {})
      await ask(asking, 'c')
      return [await first, await other]
    },
    async (asking) => {
      void ask(asking, 'a')
      await new Promise(() => {})
    },
    async (asking) => {
      const slow = new Promise((resolve) => setTimeout(resolve, 5))
      const late = async () => slow.then(() => ask(asking, 'late'))
      return Promise.all([ask(asking, 'a'), late(), asking.step('s', () => 1)])
    },
  ]
  for (const body of bodies) await expectQuestions(start(body))
  const forged = { requestState: 'forged' }
  for (const body of bodies) await assert.rejects(start(body, forged), { code: -32602 })
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', listen)
  assert.deepEqual(unhandled, [])
})

test('[MRTR-06] a key stands for one question', async () => {
  const same: Body = async (asking) => [await ask(asking, 'a'), await ask(asking, 'a')]
  assert.deepEqual((await walk(same, () => yes)).rounds, [['a']])
  const other: Body = (asking) => Promise.all([ask(asking, 'a'), asking.ask('a', 'Other?', sure)])
  await assert.rejects(start(other), { name: 'TypeError', message: /"a" is asked twice/ })
  const steps: Body = async (asking) => [
    await asking.step('s', () => 1),
    await asking.step('s', () => 2),
  ]
  await assert.rejects(start(steps), { name: 'TypeError', message: /two steps "s"/ })
  await assert.rejects(
    start((asking) => ask(asking, '')),
    TypeError,
  )
})

test('a loop that waits for another answer to the same question ends', async () => {
  const body: Body = async (asking) => {
    while ((await ask(asking, 'again')).action !== 'decline') {}
  }
  await assert.rejects(start(body, { inputResponses: { again: yes } }), /was asked 100 times/)
})

test('a schema that no form can ask for fails the question by name', async () => {
  const body: Body = (asking) => asking.ask('who', 'Who?', z.object({ who: z.object({}) }))
  await assert.rejects(start(body), { name: 'TypeError', message: /"who"/ })
})

test('[MRTR-14] who never answers is asked a bounded number of times', async () => {
  const body: Body = (asking) => ask(asking, 'a')
  await assert.rejects(
    walk(body, () => undefined),
    { code: -32603, message: /16 rounds/ },
  )
  await assert.rejects(
    walk(body, () => undefined, { maxRounds: 2 }),
    /2 rounds/,
  )
})

test('a round has a bounded number of questions', async () => {
  const body: Body = (asking) =>
    Promise.all(Array.from({ length: 65 }, (_, at) => ask(asking, `q${at}`)))
  await assert.rejects(start(body), { code: -32603, message: /64 questions at once/ })
})

test('what is too large to be carried is an error that says so', async () => {
  const body: Body = async (asking) => {
    await asking.step('big', () => 'x'.repeat(300_000))
    return ask(asking, 'a')
  }
  await assert.rejects(start(body), { code: -32603, message: /too large/ })
})

test('[MRTR-13] each state may be made to serve once', async () => {
  const once = createMemoryStore()
  const body: Body = (asking) => ask(asking, 'confirm')
  const { requestState } = await expectQuestions(start(body, {}, { once }))
  const params = { requestState, inputResponses: { confirm: yes } }
  const both = await Promise.allSettled([
    start(body, params, { once }),
    start(body, params, { once }),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await assert.rejects(start(body, params, { once }), { code: -32602, message: /used before/ })
})

test('without once, a state serves until it expires: what is after the question can happen twice', async () => {
  let charged = 0
  const body: Body = async (asking) => {
    await ask(asking, 'confirm')
    return asking.step('charge', () => ++charged)
  }
  const { requestState } = await expectQuestions(start(body))
  const params = { requestState, inputResponses: { confirm: yes } }
  assert.deepEqual([await start(body, params), await start(body, params)], [1, 2])
})
