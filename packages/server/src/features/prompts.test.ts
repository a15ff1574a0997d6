import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '@lutra/core'
import { createServer, embed, image, prompt, type ServerOptions, text } from '@lutra/server'
import { type } from 'arktype'
import { z } from 'zod'
import { ask, callOf } from '../../test/calls.ts'

const serverOf = (
  prompts: NonNullable<ServerOptions['prompts']>,
  options: Partial<ServerOptions> = {},
) => createServer({ name: 'test', version: '1', prompts, onError() {}, ...options })

const get = (server: ReturnType<typeof serverOf>, name: string, args?: object) =>
  ask(server, 'prompts/get', args === undefined ? { name } : { name, arguments: args })

const invalid = (message: RegExp) => (error: unknown) =>
  error instanceof RpcError && error.code === -32602 && message.test(error.message)

test('prompts are listed with their arguments, taken from the schema', async () => {
  const server = serverOf([
    prompt({
      name: 'review',
      title: 'Review',
      description: 'Reviews code',
      icons: [{ src: 'https://example.com/i.png' }],
      _meta: { 'com.example/a': 1 },
      input: z.object({
        code: z.string().meta({ title: 'Code', description: 'What to review' }),
        tone: z.string().optional(),
      }),
      render: () => '',
    }),
    prompt({ name: 'plain', render: () => '' }),
    prompt({ name: 'ark', input: type({ a: 'string', 'b?': 'string' }), render: () => '' }),
  ])
  const { prompts } = await ask(server, 'prompts/list')
  assert.deepEqual(prompts, [
    {
      name: 'review',
      title: 'Review',
      description: 'Reviews code',
      arguments: [
        { name: 'code', title: 'Code', description: 'What to review', required: true },
        { name: 'tone', required: false },
      ],
      icons: [{ src: 'https://example.com/i.png' }],
      _meta: { 'com.example/a': 1 },
    },
    { name: 'plain' },
    {
      name: 'ark',
      arguments: [
        { name: 'a', required: true },
        { name: 'b', required: false },
      ],
    },
  ])
})

const picture = image('AA==', 'image/png')
const rendered: readonly (readonly [string, unknown, object])[] = [
  ['text', 'Hi', { messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }] }],
  ['content', picture, { messages: [{ role: 'user', content: picture }] }],
  [
    'messages',
    [
      { role: 'user', text: 'a' },
      { role: 'assistant', content: text('b') },
      embed({ uri: 'a://b', mimeType: 'text/plain', text: 'x' }),
    ],
    {
      messages: [
        { role: 'user', content: { type: 'text', text: 'a' } },
        { role: 'assistant', content: { type: 'text', text: 'b' } },
        {
          role: 'user',
          content: {
            type: 'resource',
            resource: { uri: 'a://b', mimeType: 'text/plain', text: 'x' },
          },
        },
      ],
    },
  ],
  [
    'messages with a description',
    { description: 'Other', messages: [{ role: 'user', text: 'a' }] },
    { description: 'Other', messages: [{ role: 'user', content: { type: 'text', text: 'a' } }] },
  ],
]

for (const [name, value, expected] of rendered) {
  test(`renders ${name}`, async () => {
    const one = prompt({ name: 'p', description: 'D', render: () => value as string })
    const result = await get(serverOf([one]), 'p')
    assert.deepEqual(result, { resultType: 'complete', description: 'D', ...expected })
  })
}

test('[FEAT-19] what is no message is an internal error, told to the operator', async () => {
  for (const value of [undefined, 7, {}, [{ role: 'system', text: 'x' }], [{ role: 'user' }]]) {
    const errors: unknown[] = []
    const server = serverOf([prompt({ name: 'p', render: () => value as unknown as string })], {
      onError: (error) => errors.push(error),
    })
    await assert.rejects(get(server, 'p'), { code: -32603 })
    assert.match(String(errors[0]), /TypeError: prompt "p" gave/)
  }
})

test('arguments arrive as strings, and the schema may turn them into something else', async () => {
  const input = z.object({ servings: z.coerce.number().int().min(1), fast: z.stringbool() })
  const server = serverOf([
    prompt({
      name: 'cook',
      input,
      render: ({ servings, fast }) => JSON.stringify([servings, fast]),
    }),
  ])
  const { messages } = await get(server, 'cook', { servings: '4', fast: 'yes' })
  assert.deepEqual(messages, [{ role: 'user', content: { type: 'text', text: '[4,true]' } }])
  await assert.rejects(
    get(server, 'cook', { servings: '0', fast: 'yes' }),
    invalid(/- servings: .*"0"/),
  )
})

test('[FEAT-18, FEAT-19] missing, unknown and wrong arguments are -32602 and name what is off', async () => {
  const server = serverOf([
    prompt({ name: 'p', input: z.object({ code: z.string() }), render: ({ code }) => code }),
  ])
  await assert.rejects(get(server, 'p'), invalid(/prompt "p":\n- code: .*got nothing/))
  await assert.rejects(get(server, 'p', { code: 'x', cod: 'y' }), invalid(/there is no "cod"/))
  await assert.rejects(get(server, 'p', { code: 7 }), invalid(/"code" to be a string/))
  await assert.rejects(get(server, 'p', []), invalid(/"arguments" to be an object/))
  await assert.rejects(get(server, 'constructor'), invalid(/Unknown prompt: constructor/))
  await assert.rejects(ask(server, 'prompts/get', {}), invalid(/"name"/))
})

test('a prompt may ask, and goes on with the answer', async () => {
  const server = serverOf([
    prompt({
      name: 'p',
      async render(_args, ctx) {
        const answer = await ctx.ask(
          'tone',
          'Which tone?',
          z.object({ tone: z.enum(['kind', 'blunt']) }),
        )
        return answer.action === 'accept' ? `Be ${answer.content.tone}` : 'Be'
      },
    }),
  ])
  const able = { meta: { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } } }
  const { requestState, resultType } = await server(callOf('prompts/get', { name: 'p' }, able))
  assert.equal(resultType, 'input_required')
  const inputResponses = { tone: { action: 'accept', content: { tone: 'kind' } } }
  const { messages } = await server(
    callOf('prompts/get', { name: 'p', requestState, inputResponses }, able),
  )
  assert.deepEqual(messages, [{ role: 'user', content: { type: 'text', text: 'Be kind' } }])
  const unable = await get(server, 'p')
  assert.deepEqual(unable['messages'], [{ role: 'user', content: { type: 'text', text: 'Be' } }])
})
