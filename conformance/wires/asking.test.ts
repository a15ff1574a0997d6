import assert from 'node:assert/strict'
import type { Answers } from '@lutra/client'
import { verifies } from './verifies.ts'
import { statelessWires, talkingWires } from './wires.ts'

const asked: string[] = []
const answering: Answers = {
  elicit({ message }) {
    asked.push(message)
    return {
      action: 'accept',
      content: message === 'Your name?' ? { name: 'Ada' } : { colour: 'red' },
    }
  },
}
// Forms came with 2025-06-18, pages with 2025-11-25; before, a server could ask for roots and samples alone.
const withForms = talkingWires.filter(({ revision }) => revision >= '2025-06-18')
const withPages = talkingWires.filter(({ revision }) => revision >= '2025-11-25')
const withoutForms = talkingWires.filter(({ revision }) => revision < '2025-06-18')
const forms = { on: withForms, options: { answer: answering } }

verifies(
  '[MRTR-01, LEG-25] a question is answered, and the call goes on',
  async (client) => {
    assert.equal((await client.call('ask_name')).text, 'Hello Ada')
  },
  forms,
)

verifies(
  '[MRTR-06, MRTR-15] what is asked together is answered together',
  async (client) => {
    const [who, what] = JSON.parse((await client.call('ask_both')).text)
    assert.deepEqual(who, { action: 'accept', content: { name: 'Ada' } })
    assert.deepEqual(what, { action: 'accept', content: { colour: 'red' } })
  },
  forms,
)

verifies(
  '[MRTR-14] what is asked in turn takes several rounds, and a step between them is taken once',
  async (client) => {
    asked.length = 0
    assert.equal((await client.call('ask_twice')).text, '["accept",1,"accept"]')
    assert.deepEqual(asked, ['Your name?', 'Which colour?'])
  },
  forms,
)

for (const action of ['decline', 'cancel'] as const) {
  verifies(
    `[FEAT-32, FEAT-34] a server takes ${action} for an answer`,
    async (client) => {
      assert.equal((await client.call('ask_name')).text, `So: ${action}`)
    },
    { on: withForms, options: { answer: { elicit: () => ({ action }) } } },
  )
}

verifies(
  '[FEAT-26] what an answer leaves out is filled in by its default',
  async (client, wire) => {
    const meal = JSON.parse((await client.call('ask_meal')).text)
    const drinks = wire.revision === '2025-06-18' ? meal.drinks : ['tea']
    assert.deepEqual(meal, { dish: 'stew', guests: 2, vegan: true, drinks })
  },
  {
    on: withForms,
    options: { answer: { elicit: () => ({ action: 'accept', content: { dish: 'stew' } }) } },
  },
)

verifies('[FEAT-21, FEAT-32, MRTR-08] who cannot be asked is not asked', async (client) => {
  assert.equal((await client.call('ask_name')).text, 'So: unsupported')
  assert.equal((await client.call('ask_page')).text, 'unsupported')
  assert.equal((await client.call('ask_model')).text, 'no model')
  assert.equal((await client.call('ask_roots')).text, 'no roots')
})

verifies(
  '[FEAT-21, LEG-21] a revision without forms is not asked for one',
  async (client) => {
    assert.equal((await client.call('ask_name')).text, 'So: unsupported')
  },
  { on: withoutForms, options: { answer: answering } },
)

verifies(
  '[FEAT-23, FEAT-35] a page is opened once, by its whole address',
  async (client) => {
    assert.equal((await client.call('ask_page')).text, 'accept')
  },
  {
    on: withPages,
    options: {
      answer: {
        elicitUrl: ({ url }) => ({
          action: url.href === 'https://pages.test/in' ? 'accept' : 'decline',
        }),
      },
    },
  },
)

verifies(
  '[FEAT-37, FEAT-39] the model of the client is asked, with its bound on tokens',
  async (client) => {
    assert.match((await client.call('ask_model')).text, /Paris in 10/)
  },
  {
    on: talkingWires,
    options: {
      answer: {
        sample: ({ maxTokens }) => ({
          role: 'assistant',
          model: 'm',
          content: { type: 'text', text: `Paris in ${maxTokens}` },
        }),
      },
    },
  },
)

verifies(
  '[FEAT-46] the roots of the client are told',
  async (client) => {
    assert.equal((await client.call('ask_roots')).text, 'file:///a,file:///b')
  },
  {
    on: talkingWires,
    options: { answer: { roots: [{ uri: 'file:///a' }, { uri: 'file:///b', name: 'B' }] } },
  },
)

verifies(
  '[FEAT-21] without sessions nobody can be asked, and a server hears so',
  async (client) => {
    assert.equal((await client.call('ask_name')).text, 'So: unsupported')
  },
  { on: statelessWires, options: { answer: answering } },
)

verifies(
  '[WIRE-47] many calls that ask do not take the answers of each other',
  async (client) => {
    const calls = Array.from({ length: 5 }, () => client.call('ask_name'))
    for (const { text } of await Promise.all(calls)) assert.equal(text, 'Hello Ada')
  },
  forms,
)
