import { inputRequired, missingCapability } from '@lutra/core'
import { tool } from '@lutra/server'
import { z } from 'zod'

const named = z.object({ name: z.string() })
const capital = ask('What is the capital of France?')

/** Tools that ask their caller: forms, models, roots, in one round or several. */
export const askingTools = [
  tool({
    name: 'test_missing_capability',
    description: 'Needs a client that can sample',
    run(_, ctx) {
      if (!ctx.meta.clientCapabilities.sampling) throw missingCapability({ sampling: {} })
      return 'Success'
    },
  }),
  tool({
    name: 'test_input_required_result_elicitation',
    description: 'Asks for a name',
    async run(_, ctx) {
      const answer = await ctx.ask('user_name', 'What is your name?', named)
      return answer.action === 'accept' ? `Hello, ${answer.content.name}!` : 'Hello, stranger!'
    },
  }),
  tool({
    name: 'test_input_required_result_sampling',
    description: 'Asks the model of the client',
    async run(_, ctx) {
      const said = await ctx.sample('capital_question', capital)
      return `Sampling result: ${textOf(said?.content)}`
    },
  }),
  tool({
    name: 'test_input_required_result_list_roots',
    description: 'Asks for the roots of the client',
    async run(_, ctx) {
      const roots = await ctx.roots()
      return `Found ${roots?.length ?? 'no'} root(s): ${roots?.map((root) => root.uri).join(', ')}`
    },
  }),
  tool({
    name: 'test_input_required_result_request_state',
    description: 'Asks for a yes and checks that its state came back',
    async run(_, ctx) {
      const answer = await ctx.ask('confirm', 'Please confirm', z.object({ ok: z.boolean() }))
      return answer.action === 'accept' && answer.content.ok ? 'state-ok' : 'not confirmed'
    },
  }),
  tool({
    name: 'test_input_required_result_multiple_inputs',
    description: 'Asks three things at once',
    async run(_, ctx) {
      const [name, greeting, roots] = await Promise.all([
        ctx.ask('user_name', 'What is your name?', named),
        ctx.sample('greeting', ask('Generate a greeting')),
        ctx.roots(),
      ])
      const who = name.action === 'accept' ? name.content.name : 'nobody'
      return `Name: ${who}; Greeting: ${textOf(greeting?.content)}; Roots: ${roots?.length}`
    },
  }),
  tool({
    name: 'test_input_required_result_multi_round',
    description: 'Asks one thing after the other',
    async run(_, ctx) {
      const first = await ctx.ask('step1', 'Step 1: What is your name?', named)
      const second = await ctx.ask(
        'step2',
        'Step 2: What is your favorite color?',
        z.object({ color: z.string() }),
      )
      const name = first.action === 'accept' ? first.content.name : 'nobody'
      const color = second.action === 'accept' ? second.content.color : 'none'
      return `Multi-round complete for ${name} who likes ${color}`
    },
  }),
  tool({
    name: 'test_input_required_result_tampered_state',
    description: 'Refuses a state that was changed on its way',
    async run(_, ctx) {
      const answer = await ctx.ask('confirm', 'Please confirm', z.object({ ok: z.boolean() }))
      return `integrity-ok: ${answer.action}`
    },
  }),
  tool({
    name: 'test_input_required_result_capabilities',
    description: 'Asks only what the client can answer',
    async run(_, ctx) {
      const { elicitation, sampling } = ctx.meta.clientCapabilities
      const value = z.object({ value: z.string() })
      const asked = [
        elicitation && ctx.ask('elicit_input', 'Elicitation input', value),
        sampling && ctx.sample('sample_input', ask('Sample request')),
      ]
      const answers = await Promise.all(asked)
      return `capabilities-ok: ${answers.filter(Boolean).length} answered`
    },
  }),
  tool({
    name: 'test_input_required_by_hand',
    description: 'Asks without the help of ask',
    async run(_, ctx) {
      const requestedSchema = { type: 'object', properties: { color: { type: 'string' } } }
      const answer = await ctx.responses.form('color', requestedSchema)
      if (answer) return `Color: ${JSON.stringify(answer)}`
      return inputRequired({
        inputRequests: {
          color: { method: 'elicitation/create', params: { message: 'Which?', requestedSchema } },
        },
      })
    },
  }),
]

function ask(text: string) {
  return {
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
    maxTokens: 100,
  }
}

function textOf(content: unknown): string {
  const block: unknown = Array.isArray(content) ? content[0] : content
  const { text } = (block ?? {}) as { text?: unknown }
  return typeof text === 'string' ? text : 'no text'
}
