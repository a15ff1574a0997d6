import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientOptions, connectHandler, createClient } from '@lutra/client'
import { z } from 'zod'
import { createServer, prompt, resource, tool } from '../index.ts'

const removed: string[][] = []

const remove = tool({
  name: 'remove',
  description: 'Removes files',
  input: z.object({ paths: z.array(z.string()) }),
  output: z.object({ removed: z.number() }),
  async run({ paths }, ctx) {
    const sure = await ctx.ask('sure', `Remove ${paths.length}?`, z.object({ sure: z.boolean() }))
    if (sure.action !== 'accept' || !sure.content.sure) return { removed: 0 }
    const count = await ctx.step('remove', () => removed.push(paths))
    const why = await ctx.ask('why', 'Why?', z.object({ why: z.enum(['old', 'wrong']) }))
    return { removed: why.action === 'accept' ? paths.length : -count }
  },
})

const greet = prompt({
  name: 'greet',
  async render(_, ctx) {
    const answer = await ctx.ask('name', 'Who?', z.object({ name: z.string().default('you') }))
    return answer.action === 'accept' ? `Hello ${answer.content.name}` : 'Hello'
  },
})

const diary = resource({
  name: 'diary',
  uri: 'diary://today',
  async read(_, ctx) {
    const answer = await ctx.ask('pin', 'Open?', z.object({ open: z.boolean() }))
    return answer.action
  },
})

async function connectedTo(server: ReturnType<typeof createServer>, options: ClientOptions) {
  return createClient(await connectHandler(server), options)
}

const app = () =>
  createServer({ name: 'app', version: '1', tools: [remove], prompts: [greet], resources: [diary] })

test('a tool that asks twice and works in between, called by an ordinary client', async () => {
  const asked: string[] = []
  const client = await connectedTo(app(), {
    answer: {
      elicit({ message, form }) {
        asked.push(message)
        const content = 'sure' in form.properties ? { sure: true } : { why: 'old' }
        return { action: 'accept', content }
      },
    },
  })
  const { data } = await client.call('remove', { paths: ['a', 'b'] })
  assert.deepEqual(data, { removed: 2 })
  assert.deepEqual(asked, ['Remove 2?', 'Why?'])
  assert.deepEqual(removed, [['a', 'b']])
})

test('[FEAT-32] a client that cannot be asked gets the answer for that', async () => {
  const client = await connectedTo(app(), {})
  assert.deepEqual((await client.call('remove', { paths: [] })).data, { removed: 0 })
})

test('prompts and resources ask in the same way', async () => {
  const client = await connectedTo(app(), { answer: { elicit: () => ({ action: 'accept' }) } })
  const { messages } = await client.getPrompt('greet')
  assert.deepEqual(messages[0]?.content, { type: 'text', text: 'Hello you' })
  const refusing = await connectedTo(app(), { answer: { elicit: () => ({ action: 'decline' }) } })
  const { contents } = await refusing.readResource('diary://today')
  assert.equal((contents[0] as { text?: string }).text, 'decline')
})

test('[WIRE-46, WIRE-47] instances that share their keys serve one call together; others do not', async () => {
  const keys = ['a secret of this test, thirty-two bytes at least']
  const servers = [0, 1].map(() =>
    createServer({ name: 'app', version: '1', keys, tools: [remove] }),
  )
  const strange = createServer({ name: 'app', version: '1', tools: [remove] })
  let turn = 0
  const answer = { elicit: () => ({ action: 'decline' }) as const }
  const balanced = await connectHandler((call) => {
    const server = servers[turn++ % 2]
    assert.ok(server)
    return server(call)
  })
  const { data } = await createClient(balanced, { answer }).call('remove', { paths: ['x'] })
  assert.deepEqual(data, { removed: 0 })
  assert.ok(turn >= 3)
  const mixed = await connectHandler((call) =>
    call.params['requestState'] === undefined ? strange(call) : (servers[0] ?? strange)(call),
  )
  await assert.rejects(createClient(mixed, { answer }).call('remove', { paths: [] }), {
    code: -32602,
    message: /requestState/,
  })
})
