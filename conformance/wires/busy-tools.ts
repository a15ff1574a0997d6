import { setTimeout as pause } from 'node:timers/promises'
import { tool } from '@lutra/server'
import { z } from 'zod'

/** Tools that take their time: they tell how far they are, log, and hear of it when they are given up. */
export function createBusyTools() {
  let begun = 0
  let givenUp = 0
  return [
    tool({
      name: 'count',
      description: 'Counts, and says so',
      input: z.object({ to: z.int().max(10) }),
      run({ to }, ctx) {
        for (let at = 1; at <= to; at++) ctx.progress(at, to, `${at} of ${to}`)
        // What does not grow is no progress.
        ctx.progress(1, to)
        pause(1).then(() => ctx.progress(to + 1, to))
        return 'counted'
      },
    }),
    tool({
      name: 'chatter',
      description: 'Logs at three levels',
      run(_, ctx) {
        ctx.log.debug('quiet')
        ctx.log.warning('loud', { of: 'data' })
        ctx.log.error('louder')
        return 'said'
      },
    }),
    tool({
      name: 'work',
      description: 'Works on, saying so from time to time, until it is given up',
      input: z.object({ steps: z.int().max(1000) }),
      async run({ steps }, { signal, progress }) {
        for (let at = 1; at <= steps; at++) {
          await pause(20, undefined, { signal })
          progress(at)
        }
        return 'worked'
      },
    }),
    tool({
      name: 'hang',
      description: 'Never ends by itself',
      run: (_, { signal }) =>
        new Promise<string>((_resolve, reject) => {
          begun += 1
          signal.addEventListener('abort', () => {
            givenUp += 1
            reject(signal.reason)
          })
        }),
    }),
    tool({
      name: 'begun',
      description: 'How many calls of hang have begun',
      run: () => String(begun),
    }),
    tool({
      name: 'given_up',
      description: 'How many calls of hang were given up',
      run: () => String(givenUp),
    }),
  ]
}
