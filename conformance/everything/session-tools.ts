import { tool } from '@lutra/server'
import { z } from 'zod'

const prompt = z.object({ prompt: z.string() })
const message = z.object({ message: z.string() })

/** Tools by which clients of the older revisions are asked in the middle of a call. */
export const sessionTools = [
  tool({
    name: 'test_sampling',
    description: 'Has the model of the client answer a prompt',
    input: prompt,
    async run(args, ctx) {
      const said = await ctx.sample('answer', {
        messages: [{ role: 'user', content: { type: 'text', text: args.prompt } }],
        maxTokens: 100,
      })
      return `LLM response: ${JSON.stringify(said?.content)}`
    },
  }),
  tool({
    name: 'test_elicitation',
    description: 'Asks the user',
    input: message,
    async run(args, ctx) {
      const user = z.object({ username: z.string(), email: z.string() })
      const answer = await ctx.ask('user', args.message, user)
      return said('User response', answer)
    },
  }),
  tool({
    name: 'test_elicitation_sep1034_defaults',
    description: 'Asks with a default in every kind of field',
    async run(_, ctx) {
      const answer = await ctx.ask('fields', 'Please review and update the form', defaults)
      return said('Elicitation completed', answer)
    },
  }),
  tool({
    name: 'test_elicitation_sep1330_enums',
    description: 'Asks with every kind of choice',
    async run(_, ctx) {
      const answer = await ctx.ask('choices', 'Please select options', choices)
      return said('Elicitation completed', answer)
    },
  }),
]

function said(what: string, answer: { action: string; content?: unknown }): string {
  return `${what}: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`
}

const status = ['active', 'inactive', 'pending']
const options = ['option1', 'option2', 'option3']
const titled = (word: string) =>
  ['First', 'Second', 'Third'].map((title, i) => ({
    const: `value${i + 1}`,
    title: `${title} ${word}`,
  }))

const defaults = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'User name', default: 'John Doe' },
    age: { type: 'integer', description: 'User age', default: 30 },
    score: { type: 'number', description: 'User score', default: 95.5 },
    status: { type: 'string', description: 'User status', enum: status, default: 'active' },
    verified: { type: 'boolean', description: 'Verification status', default: true },
  },
  required: [],
}

const choices = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: options },
    titledSingle: { type: 'string', oneOf: titled('Option') },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: {
      type: 'array',
      minItems: 1,
      maxItems: 3,
      items: { type: 'string', enum: options },
    },
    titledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { anyOf: titled('Choice') } },
  },
  required: [],
}
