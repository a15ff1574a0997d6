import type { createClient } from '@redis/client'
import type { TimeLimit } from '../within-time.ts'
import { whileAnswering } from './answering.ts'

export type Client = ReturnType<typeof createClient>

/** The channels that are to be heard, whichever connection hears them. */
export interface Channels {
  add(channel: string, listen: (message: string) => void, on: Client): Promise<void>
  remove(channel: string, on: Client): Promise<void>
  /** Does over a connection that is there again what came to nothing over it. */
  settle(on: Client): Promise<void>
  /** Hears all of them over a new connection. */
  moveTo(fresh: Client, hear: (hearing: () => Promise<void>) => Promise<void>): Promise<void>
}

export interface ChannelsOptions {
  readonly limit: TimeLimit
  readonly onError: (error: unknown) => void
  /** Called whenever hearing begins again. */
  readonly onBack: () => void
}

/** Keeps in mind what is wanted. The library keeps up over a reconnection what was subscribed to, and not what was about to be. */
export function createChannels({ limit, onError, onBack }: ChannelsOptions): Channels {
  const ask = whileAnswering(limit.ms)
  const wanted = new Map<string, (message: string) => void>()
  /** Those whose subscription, or its end, nobody has confirmed. */
  const unsettled = new Set<string>()

  /** Subscribes to a channel, or no more: as it is wanted by now. */
  async function put(channel: string, on: Client): Promise<void> {
    const listen = wanted.get(channel)
    const asked = performance.now()
    try {
      await ask(on, () => (listen ? on.subscribe(channel, listen) : on.unsubscribe(channel)))
    } catch (error) {
      unsettled.add(channel)
      throw error
    }
    // So late that others were not even asked for.
    if (performance.now() - asked > limit.ms && unsettled.size > 0) await settle(on)
  }

  async function settle(on: Client): Promise<void> {
    const some = [...unsettled]
    unsettled.clear()
    await Promise.all(some.map((channel) => put(channel, on).catch(onError)))
    onBack()
  }

  return {
    settle,
    async add(channel, listen, on) {
      wanted.set(channel, listen)
      await put(channel, on)
    },
    async remove(channel, on) {
      wanted.delete(channel)
      if (on.isReady) await put(channel, on)
      else unsettled.add(channel)
    },
    async moveTo(fresh, hear) {
      unsettled.clear()
      for (const [channel, listen] of wanted) await hear(() => fresh.subscribe(channel, listen))
    },
  }
}
