import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '@lutra/core'
import { createServer, prompt, resource } from '@lutra/server'
import { z } from 'zod'
import { ask } from '../../test/calls.ts'

const many = [...Array(250).keys()].map((n) => `item ${n}`)

const server = createServer({
  name: 'recipes',
  version: '1',
  prompts: [
    prompt({
      name: 'plan',
      input: z.object({
        cuisine: z.string(),
        dish: z.string(),
        diet: z.enum(['vegan', 'vegetarian', 'any']).optional(),
        kind: z.union([z.literal('fast'), z.literal('slow')]),
        any: z.string(),
      }),
      render: () => '',
      complete: {
        cuisine: ['Italian', 'Indian', 'Thai', 'North Indian'],
        dish: (value, { arguments: settled }) => [`${settled.get('cuisine')} ${value}`],
        any: async () => ({ values: many, total: 1000 }),
      },
    }),
    prompt({ name: 'bare', input: z.object({ a: z.string() }), render: () => '' }),
  ],
  resources: [
    resource({ uri: 'recipe://{cuisine}/{id}', read: () => '', complete: { id: () => many } }),
    resource({ uri: 'docs://readme', read: () => '' }),
  ],
})

const complete = async (ref: unknown, argument: unknown, context?: unknown) =>
  (await ask(server, 'completion/complete', { ref, argument, context }))['completion']

const plan = { type: 'ref/prompt', name: 'plan' }
const recipe = { type: 'ref/resource', uri: 'recipe://{cuisine}/{id}' }

test('fixed values are filtered by what was typed, in whatever case', async () => {
  const typed = (value: string) => complete(plan, { name: 'cuisine', value })
  assert.deepEqual(await typed('i'), { values: ['Italian', 'Indian', 'Thai', 'North Indian'] })
  assert.deepEqual(await typed('IN'), { values: ['Indian', 'North Indian'] })
  assert.deepEqual(await typed('x'), { values: [] })
  assert.deepEqual(await typed(''), { values: ['Italian', 'Indian', 'Thai', 'North Indian'] })
})

test('the values of an enum, and of literals, are suggested by themselves', async () => {
  assert.deepEqual(await complete(plan, { name: 'diet', value: 'veg' }), {
    values: ['vegan', 'vegetarian'],
  })
  assert.deepEqual(await complete(plan, { name: 'kind', value: '' }), { values: ['fast', 'slow'] })
})

test('a function gets what was settled before', async () => {
  const context = { arguments: { cuisine: 'Thai', ['__proto__']: 'x', n: 1 } }
  assert.deepEqual(await complete(plan, { name: 'dish', value: 'cu' }, context), {
    values: ['Thai cu'],
  })
  assert.deepEqual(await complete(plan, { name: 'dish', value: 'cu' }, { arguments: 7 }), {
    values: ['undefined cu'],
  })
})

test('[UTIL-29] more than a hundred values are cut off, and that is told', async () => {
  assert.deepEqual(await complete(recipe, { name: 'id', value: '' }), {
    values: many.slice(0, 100),
    total: 250,
    hasMore: true,
  })
  assert.deepEqual(await complete(plan, { name: 'any', value: '' }), {
    values: many.slice(0, 100),
    total: 1000,
    hasMore: true,
  })
})

test('what exists and has nothing to suggest gives nothing', async () => {
  const none = { values: [] }
  assert.deepEqual(await complete(recipe, { name: 'cuisine', value: '' }), none)
  assert.deepEqual(
    await complete({ type: 'ref/prompt', name: 'bare' }, { name: 'a', value: '' }),
    none,
  )
  const readme = { type: 'ref/resource', uri: 'docs://readme' }
  assert.deepEqual(await complete(readme, { name: 'a', value: '' }), none)
})

test('[UTIL-30] what does not exist, or is malformed, is -32602', async () => {
  const argument = { name: 'cuisine', value: '' }
  const wrong: readonly (readonly [unknown, unknown])[] = [
    [{ type: 'ref/prompt', name: 'nope' }, argument],
    [{ type: 'ref/prompt', name: 'constructor' }, argument],
    [{ type: 'ref/resource', uri: 'nope://' }, argument],
    [{ type: 'ref/tool', name: 'plan' }, argument],
    [{ type: 'ref/prompt' }, argument],
    ['plan', argument],
    [plan, { name: 'nope', value: '' }],
    [plan, { name: '__proto__', value: '' }],
    [plan, { name: 'cuisine' }],
    [plan, undefined],
  ]
  for (const [ref, arg] of wrong) {
    await assert.rejects(complete(ref, arg), (error) => {
      return error instanceof RpcError && error.code === -32602
    })
  }
})

test('[UTIL-28] a server with nothing to complete has no such method, and does not say that it has', async () => {
  const bare = createServer({
    name: 'bare',
    version: '1',
    prompts: [prompt({ name: 'p', input: z.object({ a: z.string() }), render: () => '' })],
  })
  const { capabilities } = await ask(bare, 'server/discover')
  assert.equal('completions' in (capabilities as object), false)
  await assert.rejects(ask(bare, 'completion/complete', { ref: plan }), { code: -32601 })
  const { capabilities: able } = await ask(server, 'server/discover')
  assert.deepEqual((able as { completions: object }).completions, {})
})

test('a completer for what is no argument is refused when the server is made', () => {
  const wrong = { ...prompt({ name: 'p', render: () => '' }), complete: { nope: ['x'] } }
  assert.throws(() => createServer({ name: 'x', version: '1', prompts: [wrong] }), {
    name: 'TypeError',
    message: 'prompt "p" completes "nope", which it does not have',
  })
})
