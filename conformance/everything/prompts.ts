import { embed, image, prompt, text } from '@lutra/server'
import { z } from 'zod'
import { redPixel } from './media.ts'

/** Prompts with and without arguments, with a resource, with a picture, and one that asks. */
export const prompts = [
  prompt({
    name: 'test_simple_prompt',
    description: 'Takes no arguments',
    render: () => 'This is a simple prompt for testing.',
  }),
  prompt({
    name: 'test_prompt_with_arguments',
    description: 'Takes two arguments',
    input: z.object({
      arg1: z.string().describe('First test argument'),
      arg2: z.string().describe('Second test argument'),
    }),
    complete: { arg1: (value) => ['testValue1', 'other'].filter((one) => one.startsWith(value)) },
    render: ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
  }),
  prompt({
    name: 'test_prompt_with_embedded_resource',
    description: 'Embeds a resource',
    input: z.object({ resourceUri: z.string().describe('URI of the resource to embed') }),
    render: ({ resourceUri }) => [
      { role: 'user', content: embed({ ...embedded, uri: resourceUri }) },
      { role: 'user', content: text('Please process the embedded resource above.') },
    ],
  }),
  prompt({
    name: 'test_prompt_with_image',
    description: 'Embeds a picture',
    render: () => [
      { role: 'user', content: image(redPixel, 'image/png') },
      { role: 'user', content: text('Please analyze the image above.') },
    ],
  }),
  prompt({
    name: 'test_input_required_result_prompt',
    description: 'Asks before it renders',
    async render(_, ctx) {
      const context = z.object({ context: z.string() })
      const answer = await ctx.ask('user_context', 'What context should the prompt use?', context)
      return answer.action === 'accept' ? `Use this: ${answer.content.context}` : 'No context'
    },
  }),
]

const embedded = { mimeType: 'text/plain', text: 'Embedded resource content for testing.' }
