import { start } from '../start.ts'
import type { Redis } from './connection.ts'
import { isPassing } from './failure.ts'

interface EventuallyOptions {
  readonly connect: () => Promise<Redis>
  readonly required: boolean
  readonly onError: (error: unknown) => void
}

/** A connection to a server that may be away at first: what was subscribed to until it is there is heard from then on. */
export async function connectEventually(options: EventuallyOptions): Promise<Redis> {
  const { connect, required, onError } = options
  const wanted = new Map<string, (message: string) => void>()
  const back = new Set<() => void>()
  let redis: Redis | undefined
  let wasAway = false

  const started = await start({
    required,
    isPassing,
    onError(error) {
      wasAway = true
      onError(error)
    },
    async begin() {
      const fresh = await connect()
      for (const listen of back) fresh.onResubscribed(listen)
      // What comes to nothing as this is lost again is done by the connection itself, once it is back.
      for (const [channel, listen] of wanted) await fresh.subscribe(channel, listen).catch(onError)
      redis = fresh
      if (wasAway) for (const listen of back) listen()
    },
  })

  /** The connection; rejects with why there is none. */
  async function there(): Promise<Redis> {
    await started.ready()
    if (!redis) throw new TypeError('Expected a connection once it has begun')
    return redis
  }

  return {
    send: async (key, command) => (await there()).send(key, command),
    async subscribe(channel, listen) {
      wanted.set(channel, listen)
      await (await there()).subscribe(channel, listen)
    },
    async unsubscribe(channel) {
      wanted.delete(channel)
      await redis?.unsubscribe(channel)
    },
    onResubscribed(listen) {
      back.add(listen)
      redis?.onResubscribed(listen)
    },
    async close() {
      await started.stop()
      await redis?.close()
    },
  }
}
