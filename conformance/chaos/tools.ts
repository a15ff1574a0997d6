import { setTimeout as pause } from 'node:timers/promises'
import { handedOver, RetryError } from '@lutra/core'
import { type Tool, tool } from '@lutra/server'
import { z } from 'zod'
import { writeLine } from './ledger.ts'

const value = z.object({ value: z.string() })

/** What the clients of the test call: each with what can go wrong in it. */
export function createTools(ledger: string): readonly Tool[] {
  const assemble = tool({
    name: 'assemble',
    description: 'Works in steps and asks two questions half-way',
    input: z.object({ nonce: z.string(), steps: z.number().int(), ms: z.number() }),
    output: z.object({ nonce: z.string(), sum: z.number(), left: z.string(), right: z.string() }),
    task: { retries: 1000, backoffMs: 100 },
    async run({ nonce, steps, ms }, ctx) {
      const task = ctx.task?.id ?? 'none'
      let sum = 0
      const half = Math.floor(steps / 2)
      async function take(from: number, to: number): Promise<void> {
        for (let at = from; at < to; at++) {
          const step = `step ${at}`
          sum += await ctx.step(step, async () => {
            writeLine(ledger, { what: 'began', task, step })
            await pause(ms)
            return at
          })
          ctx.progress(at + 1, steps)
          if (Math.random() < 0.03) throw new RetryError('Something is busy', { afterMs: 50 })
        }
      }
      await take(0, half)
      const [left, right] = await Promise.all([
        ctx.ask('left', `left ${nonce}`, value),
        ctx.ask('right', `right ${nonce}`, value),
      ])
      await take(half, steps)
      const said = (answer: typeof left) =>
        answer.action === 'accept' ? answer.content.value : answer.action
      return { nonce, sum, left: said(left), right: said(right) }
    },
  })
  const order = tool({
    name: 'order',
    description: 'Is ended by somebody outside',
    input: z.object({ nonce: z.string() }),
    task: 'required',
    async run(_, ctx) {
      const task = ctx.task?.id ?? 'none'
      await ctx.step('submit', () => {
        writeLine(ledger, { what: 'began', task, step: 'submit' })
        writeLine(ledger, { what: 'submitted', task, step: 'submit' })
      })
      return handedOver
    },
  })
  const sign = tool({
    name: 'sign',
    description: 'Asks for a signature while its caller waits',
    input: z.object({ nonce: z.string() }),
    output: z.object({ value: z.string() }),
    async run({ nonce }, ctx) {
      const answer = await ctx.ask('signature', `signature ${nonce}`, value)
      return { value: answer.action === 'accept' ? answer.content.value : answer.action }
    },
  })
  return [assemble, order, sign] as readonly unknown[] as readonly Tool[]
}
