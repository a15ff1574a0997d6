import { setTimeout as pause } from 'node:timers/promises'
import { RpcError } from '@lutra/core'
import { ToolError, tool } from '@lutra/server'
import { z } from 'zod'

const person = z.object({ name: z.string() })
const consent = z.object({ confirm: z.boolean() })

/** Tools whose calls go on as tasks. */
export const taskTools = {
  greet: tool({
    name: 'greet',
    description: 'Greets somebody, at once',
    input: person,
    run: ({ name }) => `Hello, ${name}!`,
  }),
  slowCompute: tool({
    name: 'slow_compute',
    description: 'Computes for some seconds',
    input: z.object({ seconds: z.number().min(0).max(3600), label: z.string().optional() }),
    task: true,
    run: async ({ seconds, label }, { signal, progress }) => {
      progress(0, seconds, 'Computing')
      await pause(seconds * 1000, undefined, { signal })
      return `Computed ${label ?? 'it'} in ${seconds} s`
    },
  }),
  failingJob: tool({
    name: 'failing_job',
    description: 'Fails, in a way that a model can read',
    task: 'required',
    run: () => {
      throw new ToolError('The job failed')
    },
  }),
  protocolErrorJob: tool({
    name: 'protocol_error_job',
    description: 'Fails, in a way that a client has to handle',
    task: true,
    run: () => {
      throw new RpcError('The job broke', { code: -32603 })
    },
  }),
  confirmDelete: tool({
    name: 'confirm_delete',
    description: 'Asks before it deletes',
    input: z.object({ filename: z.string() }),
    task: true,
    run: async ({ filename }, ctx) => {
      const answer = await ctx.ask('confirm', `Delete ${filename}?`, consent)
      const isSure = answer.action === 'accept' && answer.content.confirm
      return isSure ? `Deleted ${filename}` : `Kept ${filename}`
    },
  }),
  multiInput: tool({
    name: 'multi_input',
    description: 'Asks two questions at once',
    task: true,
    run: async (_, ctx) => {
      const answers = await Promise.all([
        ctx.ask('first', 'The first name?', person),
        ctx.ask('second', 'The second name?', person),
      ])
      return answers.map((one) => (one.action === 'accept' ? one.content.name : '?')).join(' and ')
    },
  }),
  withTask: tool({
    name: 'test_tool_with_task',
    description: 'Asks who is there, and goes on as a task then',
    task: {
      when: async (_, ctx) => {
        await ctx.ask('user_name', 'What is your name?', person)
        return true
      },
    },
    run: async (_, ctx) => {
      const answer = await ctx.ask('user_name', 'What is your name?', person)
      return answer.action === 'accept' ? `Hello, ${answer.content.name}!` : 'Hello!'
    },
  }),
}
