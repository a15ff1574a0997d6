import { setTimeout as pause } from 'node:timers/promises'
import { tasks } from '@lutra/extensions/tasks'
import { createServer, ToolError, tool } from '@lutra/server'
import { z } from 'zod'

/** A server whose tools go on as tasks. */
const pack = tool({
  name: 'pack',
  description: 'Packs boxes, one after the other',
  input: z.object({ boxes: z.number().int().default(2), ms: z.number().int().default(50) }),
  task: true,
  async run({ boxes, ms }, ctx) {
    for (let box = 1; box <= boxes; box++) {
      ctx.progress(box, boxes, `packing \u001b[2Jbox ${box}`)
      await pause(ms, undefined, { signal: ctx.signal })
    }
    return `Packed ${boxes} boxes`
  },
})

const ship = tool({
  name: 'ship',
  description: 'Ships after asking where to',
  task: true,
  async run(_, ctx) {
    const where = z.object({ city: z.string().min(2), parcels: z.number().int().default(1) })
    const answer = await ctx.ask('where', 'Where to?', where)
    if (answer.action !== 'accept') return `Not shipped: ${answer.action}`
    return `Shipped ${answer.content.parcels} to ${answer.content.city}`
  },
})

const drop = tool({
  name: 'drop',
  description: 'Says that it failed',
  task: true,
  async run() {
    throw new ToolError('The box is broken')
  },
})

export const server = createServer({
  name: 'depot',
  title: 'Depot',
  version: '1.0.0',
  tools: [pack, ship, drop],
  extensions: [tasks({ scanMs: 100 })],
})
