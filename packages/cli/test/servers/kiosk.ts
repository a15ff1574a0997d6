import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { missingCapability } from '@lutra/core'
import { createServer, image, prompt, resource, ToolError, text, tool } from '@lutra/server'
import { z } from 'zod'

/** A server with something of everything that a command line has to deal with. */
const echo = tool({
  name: 'echo',
  description: 'Gives its arguments back',
  input: z.object({
    text: z.string().optional().describe('Any text'),
    count: z.number().int().optional(),
    ratio: z.number().optional(),
    loud: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    sizes: z.array(z.number()).optional(),
    place: z.object({ lat: z.number() }).optional(),
    either: z.union([z.number(), z.string()]).optional(),
  }),
  hints: { readOnly: true },
  run: (args) => JSON.stringify(args),
})

const fail = tool({
  name: 'fail',
  description: 'Says that it failed',
  run() {
    throw new ToolError('The kiosk is closed')
  },
})

const crash = tool({
  name: 'crash',
  description: 'Has a bug',
  run() {
    throw new RangeError('a bug within')
  },
})

const noisy = tool({
  name: 'noisy',
  description: 'Prints where it should not',
  run(_, ctx) {
    console.log('debugging output')
    ctx.log.warning('low on \u001b[1mplums')
    return 'quiet'
  },
})

const walk = tool({
  name: 'walk',
  description: 'Walks and reports how far it has come',
  async run(_, ctx) {
    for (let step = 1; step <= 3; step++) {
      ctx.progress(step, 3, `step ${step}`)
      await pause(20, undefined, { signal: ctx.signal })
    }
    return 'There'
  },
})

const wait = tool({
  name: 'wait',
  description: 'Waits for an hour',
  async run(_, ctx) {
    ctx.progress(1, 2, 'waiting')
    ctx.signal.addEventListener('abort', () => {
      const { SEEN } = process.env
      if (SEEN) appendFileSync(SEEN, 'cancelled\n')
    })
    await pause(3_600_000, undefined, { signal: ctx.signal })
  },
})

const order = tool({
  name: 'order',
  description: 'Orders a cake after asking which',
  async run(_, ctx) {
    const cake = z.object({
      name: z.string().min(2).describe('Who it is for'),
      slices: z.number().int().min(1).max(12).default(8),
      kind: z.enum(['plum', 'apple']),
      extras: z.array(z.enum(['cream', 'candles'])).optional(),
      gift: z.boolean(),
    })
    const answer = await ctx.ask('cake', 'Which cake?', cake)
    return answer.action === 'accept' ? JSON.stringify(answer.content) : `Answer: ${answer.action}`
  },
})

const insist = tool({
  name: 'insist',
  description: 'Does nothing without an answer',
  async run(_, ctx) {
    const answer = await ctx.ask('sure', 'Sure?', z.object({ sure: z.boolean() }))
    if (answer.action === 'unsupported') throw new ToolError('Somebody has to be sure')
    return `Answer: ${JSON.stringify(answer)}`
  },
})

const pay = tool({
  name: 'pay',
  description: 'Has a page opened',
  async run(_, ctx) {
    const answer = await ctx.askUrl(
      'pay',
      'Pay for the cake',
      'https://xn--bcker-gra.example/pay?id=1',
    )
    return `Answer: ${answer.action}`
  },
})

const demand = tool({
  name: 'demand',
  description: 'Does nothing for who cannot be asked',
  run() {
    throw missingCapability({ elicitation: { url: {} } })
  },
})

const evil = tool({
  name: 'evil',
  description: 'Hides \u001b[2J\u001b]0;owned\u0007 things \u202etxet',
  async run(_, ctx) {
    ctx.progress(1, 2, 'half\u001b[2Jway\r\u009b31m')
    await pause(5)
    return [
      text('red \u001b[31malert\u001b[0m\r\nnext\rover \u009b5m \u202eback \u{e0041}'),
      image('aGk=', 'image/png'),
    ]
  },
})

const board = resource({
  uri: 'kiosk://board',
  name: 'board',
  mimeType: 'text/plain',
  read: () => 'Plum cake \u001b[1m3 €\u001b[0m',
})

const logo = resource({
  uri: 'kiosk://logo',
  name: 'logo',
  mimeType: 'image/png',
  read: () => new Uint8Array([137, 80, 78, 71, 0, 255, 10]),
})

const cakes = ['apple', 'apricot', 'plum']
const cake = resource({
  uri: 'kiosk://cakes/{name}',
  name: 'cake',
  complete: { name: (value: string) => cakes.filter((one) => one.startsWith(value)) },
  read: ({ name }) => `A cake: ${name}`,
})

const recipe = prompt({
  name: 'recipe',
  description: 'How to bake',
  input: z.object({ cake: z.string(), guests: z.string().optional() }),
  complete: { cake: (value: string) => cakes.filter((one) => one.startsWith(value)) },
  render: ({ cake, guests = '4' }) => `Bake ${cake} for ${guests}`,
})

const repaint = tool({
  name: 'repaint',
  description: 'Changes the board',
  run() {
    server.notify.resourceUpdated('kiosk://board')
    return 'Painted'
  },
})

export const server = createServer({
  name: 'kiosk',
  version: '1.2.3',
  title: 'Kiosk',
  instructions: 'Ask before you order.',
  tools: [echo, fail, crash, noisy, walk, wait, order, insist, pay, demand, evil, repaint],
  resources: [board, logo, cake],
  prompts: [recipe],
})
