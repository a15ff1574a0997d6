import { setTimeout as pause } from 'node:timers/promises'
import type { Middleware } from '@lutra/core'
import { createServer, resource, tool } from '@lutra/server'
import { z } from 'zod'

/** A ferry line: departures to look up, seats to book, a crossing to follow and a board that changes. */
export function createFerry() {
  let delayMinutes = 0

  const timetable = tool({
    name: 'timetable',
    description: 'The next departures from a harbour',
    input: z.object({ harbour: z.string(), count: z.number().int().max(10).default(2) }),
    output: z.object({ departures: z.array(z.string()) }),
    hints: { readOnly: true },
    run: ({ harbour, count }) => ({
      departures: Array.from(
        { length: count },
        (_, i) => `${harbour} ${8 + i}:${30 + delayMinutes}`,
      ),
    }),
  })

  const delay = tool({
    name: 'delay',
    description: 'Delays all departures, which changes the board',
    input: z.object({ minutes: z.number().int().min(0).max(29) }),
    run({ minutes }) {
      delayMinutes = minutes
      ferry.notify.resourceUpdated('board://departures')
      return `Delayed by ${minutes} minutes`
    },
  })

  const board = resource({
    uri: 'board://departures',
    name: 'departures',
    description: 'The board at the quay',
    mimeType: 'text/plain',
    read: () => (delayMinutes === 0 ? 'All on time' : `All ${delayMinutes} minutes late`),
  })

  const { logbook, count } = createLogbook()

  const ferry = createServer({
    name: 'ferry',
    version: '1.0.0',
    instructions: 'Look up the timetable before you book.',
    tools: [timetable, cross, book, delay, waitForFog],
    resources: [board, logbook],
    middleware: [count],
    cache: { 'tools/list': { ttlMs: 60_000, cacheScope: 'public' } },
  })
  return ferry
}

export type Ferry = ReturnType<typeof createFerry>

/** Counts how often the list of tools was asked for, so that a client's cache can be seen at work. */
function createLogbook() {
  let lists = 0
  const logbook = resource({
    uri: 'log://lists',
    name: 'logbook',
    description: 'How often the list of tools was asked for',
    read: () => String(lists),
  })
  const count: Middleware = (next) => (call) => {
    if (call.method === 'tools/list') lists++
    return next(call)
  }
  return { logbook, count }
}

const waitForFog = tool({
  name: 'wait_for_fog',
  description: 'Waits until the fog has lifted, which takes an hour',
  run: (_, ctx) => pause(3_600_000, 'Clear', { signal: ctx.signal }),
})

const cross = tool({
  name: 'cross',
  description: 'Crosses the strait and reports how far it has come',
  async run(_, ctx) {
    for (let mile = 1; mile <= 3; mile++) {
      await pause(60, undefined, { signal: ctx.signal })
      ctx.progress(mile, 3, `mile ${mile} of 3`)
    }
    return 'Arrived'
  },
})

const book = tool({
  name: 'book',
  description: 'Books seats after asking how many',
  input: z.object({ harbour: z.string() }),
  async run({ harbour }, ctx) {
    const seats = z.object({ seats: z.number().int().min(1).max(9).default(1) })
    const answer = await ctx.ask('seats', `How many seats from ${harbour}?`, seats)
    if (answer.action !== 'accept') return 'Nothing booked'
    return `Booked ${answer.content.seats} seats from ${harbour}`
  },
})
