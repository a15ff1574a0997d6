import { tool } from '@lutra/server'
import { z } from 'zod'

const name = z.object({ name: z.string().min(1) })
const colour = z.object({ colour: z.enum(['red', 'blue']) })
const meal = z.object({
  dish: z.string().default('soup'),
  guests: z.int().default(2),
  vegan: z.boolean().default(true),
  drinks: z.array(z.enum(['tea', 'wine'])).default(['tea']),
})

/** Tools that ask their caller, once or several times, for each thing that there is to ask for. */
export function createAskingTools() {
  let steps = 0
  return [
    tool({
      name: 'ask_name',
      description: 'Asks one thing',
      async run(_, ctx) {
        const answer = await ctx.ask('name', 'Your name?', name)
        return answer.action === 'accept' ? `Hello ${answer.content.name}` : `So: ${answer.action}`
      },
    }),
    tool({
      name: 'ask_both',
      description: 'Asks two things at once',
      async run(_, ctx) {
        const [who, what] = await Promise.all([
          ctx.ask('name', 'Your name?', name),
          ctx.ask('colour', 'Which colour?', colour),
        ])
        return JSON.stringify([who, what])
      },
    }),
    tool({
      name: 'ask_twice',
      description: 'Asks one thing after the other, and works once in between',
      async run(_, ctx) {
        const who = await ctx.ask('name', 'Your name?', name)
        const step = await ctx.step('work', () => ++steps)
        const what = await ctx.ask('colour', 'Which colour?', colour)
        return JSON.stringify([who.action, step, what.action])
      },
    }),
    tool({
      name: 'ask_meal',
      description: 'Asks with a default for everything',
      async run(_, ctx) {
        const answer = await ctx.ask('meal', 'Which meal?', meal)
        return answer.action === 'accept' ? JSON.stringify(answer.content) : answer.action
      },
    }),
    tool({
      name: 'ask_page',
      description: 'Sends the user to a page',
      async run(_, ctx) {
        const { action } = await ctx.askUrl('page', 'Please sign in', 'https://pages.test/in')
        return action
      },
    }),
    tool({
      name: 'ask_model',
      description: 'Asks the model of the client',
      async run(_, ctx) {
        const content = { type: 'text' as const, text: 'Capital of France?' }
        const said = await ctx.sample('capital', {
          messages: [{ role: 'user', content }],
          maxTokens: 10,
        })
        return said ? JSON.stringify(said.content) : 'no model'
      },
    }),
    tool({
      name: 'ask_roots',
      description: 'Asks for the roots of the client',
      async run(_, ctx) {
        const roots = await ctx.roots()
        return roots ? roots.map(({ uri }) => uri).join() : 'no roots'
      },
    }),
  ]
}
