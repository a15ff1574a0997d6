import { audio, embed, image, kit, link, ToolError, text, tool } from '@lutra/server'
import { z } from 'zod'

const bytes = Uint8Array.of(1, 2, 3)

// What a handler may throw. None of the words of an error that nobody meant for the caller may get out.
const thrown: Readonly<Record<string, () => unknown>> = {
  error: () => new Error('hunter2 at /secret/path'),
  text: () => 'hunter2',
  nothing: () => undefined,
  null: () => null,
  object: () => ({ code: -32000, message: 'hunter2' }),
  number: () => 2,
  symbol: () => Symbol('hunter2'),
  hostile: () => ({
    get message() {
      throw new Error('hunter2')
    },
    toString() {
      throw new Error('hunter2')
    },
  }),
}

/** What may be thrown, by name. */
export const kindsOfThrow = Object.keys(thrown)

const cycle: Record<string, unknown> = {}
cycle['self'] = cycle
const unserialisable = { cycle, bigint: { big: 1n } }

const known = kit().use(({ feature, next }) => next({ caller: `caller of ${feature.name}` }))

/** Tools that answer by themselves, in each kind of content, or fail in each way. */
export const plainTools = [
  tool({
    name: 'echo',
    description: 'Says what it is told',
    input: z.object({ text: z.string() }),
    hints: { readOnly: true },
    run: ({ text: said }) => said,
  }),
  tool({
    name: 'add',
    description: 'Adds two numbers',
    input: z.object({ a: z.int().max(1000), b: z.int() }),
    output: z.object({ sum: z.number() }),
    run: ({ a, b }) => ({ sum: a + b }),
  }),
  tool({
    name: 'numbers',
    description: 'Gives a list',
    output: z.array(z.number()),
    run: () => [1, 2, 3],
  }),
  tool({
    name: 'contents',
    description: 'Gives one of each kind of content',
    run: () => [
      text('words'),
      image(bytes, 'image/png'),
      audio(bytes, 'audio/wav'),
      link({ uri: 'note://plain', name: 'plain' }),
      embed({ uri: 'note://inside', mimeType: 'text/plain', text: 'inside' }),
    ],
  }),
  tool({
    name: 'refuse',
    description: 'Fails with a reason for the model',
    run: () => {
      throw new ToolError('Not on a Sunday')
    },
  }),
  tool({
    name: 'crash',
    description: 'Throws anything',
    input: z.object({ what: z.enum(kindsOfThrow) }),
    run: ({ what }) => {
      throw thrown[what]?.()
    },
  }),
  tool({
    name: 'unserialisable',
    description: 'Returns what JSON cannot hold',
    input: z.object({ what: z.enum(['cycle', 'bigint']) }),
    run: ({ what }) => unserialisable[what],
  }),
  tool({
    name: 'liar',
    description: 'Breaks the promise of its output schema',
    output: z.object({ sum: z.number() }),
    run: () => ({ sum: 'three' }) as unknown as { sum: number },
  }),
  known.tool({
    name: 'who',
    description: 'Says what middleware found out',
    run: (_, ctx) => ctx.vars.caller,
  }),
]
