import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, ClientCapabilities, InputRequiredResult, SampleRequest } from '@lutra/core'
import { createSeal } from '@lutra/core/seal'
import { z } from 'zod'
import { type Asking, runAsking } from './asking.ts'
import { lackingFor } from './capability.ts'
import { elicit, elicitUrl, listRoots, sample } from './requests.ts'
import { readResponses } from './responses.ts'

const seal = createSeal()
const form = z.object({ name: z.string() })
const url = 'https://pay.example/42'
const request: SampleRequest = {
  messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }],
  maxTokens: 10,
}
const tools = [{ name: 'add', inputSchema: { type: 'object' } }]

function callOf(clientCapabilities: ClientCapabilities, inputResponses?: unknown): Call {
  return {
    method: 'tools/call',
    params: { name: 'demo', ...(inputResponses === undefined ? {} : { inputResponses }) },
    meta: { protocolVersion: '2026-07-28', clientCapabilities },
    signal: new AbortController().signal,
    notify() {},
  }
}

function run(
  capabilities: ClientCapabilities,
  body: (asking: Asking) => unknown,
  responses?: unknown,
) {
  return runAsking(callOf(capabilities, responses), { seal }, body)
}

async function asked(capabilities: ClientCapabilities, body: (asking: Asking) => unknown) {
  const { inputRequests } = (await run(capabilities, body)) as InputRequiredResult
  return inputRequests
}

test('[WIRE-36, MRTR-08, FEAT-21, FEAT-38] only what this call declared may be asked', () => {
  const formOf = elicit('?', form)
  const urlOf = elicitUrl('?', url)
  const cases: readonly [ClientCapabilities, readonly unknown[]][] = [
    [{}, ['form', 'url', 'sampling', 'tools', 'roots']],
    [{ elicitation: {} }, ['url', 'sampling', 'tools', 'roots']],
    [{ elicitation: { form: {} } }, ['url', 'sampling', 'tools', 'roots']],
    [{ elicitation: { url: {} } }, ['form', 'sampling', 'tools', 'roots']],
    [{ elicitation: { form: {}, url: {} }, roots: {} }, ['sampling', 'tools']],
    [{ sampling: {} }, ['form', 'url', 'tools', 'roots']],
    [{ sampling: { tools: {} }, roots: { listChanged: true } }, ['form', 'url']],
  ]
  const questions = {
    form: formOf,
    url: urlOf,
    sampling: sample(request),
    tools: sample({ ...request, tools }),
    roots: listRoots(),
  }
  for (const [declared, lacking] of cases) {
    const found = Object.entries(questions).filter(([, question]) => lackingFor(question, declared))
    assert.deepEqual(
      found.map(([name]) => name),
      lacking,
      JSON.stringify(declared),
    )
  }
})

test('[FEAT-32] a client that cannot be asked is an answer of its own', async () => {
  const body = ({ ask, askUrl, sample, roots }: Asking) =>
    Promise.all([ask('a', 'A?', form), askUrl('b', 'B?', url), sample('c', request), roots()])
  const unsupported = { action: 'unsupported' }
  assert.deepEqual(await run({}, body), [unsupported, unsupported, undefined, undefined])
})

test('answers to what could not have been asked are not listened to', async () => {
  const responses = { a: { action: 'accept', content: { name: 'x' } } }
  const answer = await run({}, ({ ask }) => ask('a', 'A?', form), responses)
  assert.deepEqual(answer, { action: 'unsupported' })
})

test('[WIRE-37, MRTR-08] a question that must be asked fails the call with what is lacking', async () => {
  const required = { required: true }
  const cases: readonly [(asking: Asking) => unknown, unknown][] = [
    [({ ask }) => ask('a', 'A?', form, required), { elicitation: { form: {} } }],
    [({ askUrl }) => askUrl('a', 'A?', url, required), { elicitation: { url: {} } }],
    [({ sample }) => sample('a', request, required), { sampling: {} }],
    [({ sample }) => sample('a', { ...request, tools }, required), { sampling: { tools: {} } }],
    [({ roots }) => roots(required), { roots: {} }],
  ]
  for (const [body, requiredCapabilities] of cases) {
    await assert.rejects(run({}, body), { code: -32021, data: { requiredCapabilities } })
  }
})

test('a page is asked for by its address', async () => {
  const can = { elicitation: { url: {} } }
  const body = ({ askUrl }: Asking) => askUrl('pay', 'Pay here', url)
  assert.deepEqual(await asked(can, body), {
    pay: { method: 'elicitation/create', params: { mode: 'url', message: 'Pay here', url } },
  })
  assert.deepEqual(await run(can, body, { pay: { action: 'accept', content: { paid: true } } }), {
    action: 'accept',
  })
  for (const bad of [
    'nonsense',
    'javascript:alert(1)',
    'file:///etc',
    'https://ann:pw@a.example',
  ]) {
    await assert.rejects(
      run(can, ({ askUrl }) => askUrl('pay', 'Pay', bad)),
      TypeError,
    )
  }
})

test('[MRTR-01, MRTR-07, FEAT-42] a sample is asked for and checked', async () => {
  const can = { sampling: { tools: {} } }
  const body = ({ sample }: Asking) => sample('s', { ...request, tools })
  assert.deepEqual(await asked(can, body), {
    s: { method: 'sampling/createMessage', params: { ...request, tools } },
  })
  const text = { type: 'text', text: 'Hi' }
  const good = { role: 'assistant', content: text, model: 'm', stopReason: 'endTurn' }
  assert.deepEqual(await run(can, body, { s: good }), good)
  const use = { type: 'tool_use', id: '1', name: 'add', input: {} }
  const several = { role: 'assistant', content: [text, use], model: 'm', stopReason: 'toolUse' }
  assert.deepEqual(await run(can, body, { s: several }), several)
  const bad = [
    7,
    {},
    { ...good, model: 1 },
    { ...good, role: 'system' },
    { ...good, content: 'Hi' },
  ]
  const stray = { ...several, content: [{ ...use, name: 'rm' }] }
  for (const s of [...bad, stray]) {
    await assert.rejects(run(can, body, { s }), { code: -32602, message: /inputResponses\["s"\]/ })
  }
})

test('[FEAT-40, FEAT-41] a conversation that no model could continue is a mistake of the programmer', async () => {
  const wrong = { ...request, maxTokens: 0 }
  await assert.rejects(
    run({ sampling: {} }, ({ sample }) => sample('s', wrong)),
    TypeError,
  )
})

test('[MRTR-01, MRTR-07] roots are asked for and checked', async () => {
  const can = { roots: {} }
  const body = ({ roots }: Asking) => roots()
  assert.deepEqual(await asked(can, body), { roots: { method: 'roots/list' } })
  const roots = [{ uri: 'file:///home/ann', name: 'home' }]
  assert.deepEqual(await run(can, body, { roots: { roots } }), roots)
  const bad = [
    {},
    { roots: {} },
    { roots: [{ uri: 'https://a.example' }] },
    { roots: [{ uri: 1 }] },
  ]
  for (const answer of bad) {
    await assert.rejects(run(can, body, { roots: answer }), { code: -32602, message: /roots/ })
  }
})

test('answers can be read by hand', async () => {
  const responses = readResponses(
    callOf(
      {},
      {
        who: { action: 'accept', content: { name: 'Ann' } },
        page: { action: 'cancel' },
        broken: 1,
        folders: { roots: [] },
      },
    ),
  )
  assert.deepEqual(await responses.form('who', form), {
    action: 'accept',
    content: { name: 'Ann' },
  })
  assert.deepEqual(responses.url('page'), { action: 'cancel' })
  assert.deepEqual(responses.roots('folders'), [])
  assert.equal(await responses.form('absent', form), undefined)
  assert.equal(responses.sample('constructor'), undefined)
  assert.equal(responses.has('__proto__'), false)
  assert.throws(() => responses.url('broken'), { code: -32602, message: /"broken"/ })
  assert.throws(() => readResponses(callOf({}, [])), { code: -32602 })
})
