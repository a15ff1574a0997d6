/** Open streams of a server, as the bench asks about them. */
import type { Contender } from '../contender.ts'
import { type Memory, perOne } from '../memory.ts'

export interface Streams {
  /** Bytes for each stream. */
  readonly weight: Memory
  /** Events told in a second. */
  fanOut(): Promise<number>
}

/** How often a change is told in one turn. */
const changes = 3

/** Those that make what all of them share, and do not count. */
const first = 100

/** Opens so many streams of a server, from another process. */
export async function openStreams(
  server: Contender,
  load: Contender,
  streams: number,
): Promise<Streams> {
  const { port } = server
  const memory = async () => (await server.ask('memory')) as Memory
  await load.ask('open', { port, from: 0, count: first })
  const before = await memory()
  await load.ask('open', { port, from: first, count: streams - first })
  const after = await memory()
  return {
    weight: perOne(before, after, streams - first),
    async fanOut() {
      const heard = Number(await load.ask('events'))
      const started = performance.now()
      for (let change = 1; change <= changes; change++) {
        const all = load.ask('reach', heard + change * streams)
        await server.ask('change')
        await all
      }
      return (changes * streams * 1000) / (performance.now() - started)
    },
  }
}
