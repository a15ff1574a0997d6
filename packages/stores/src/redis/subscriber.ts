import type { createClient } from '@redis/client'
import { type TimeLimit, withinTime } from '../within-time.ts'

type Client = ReturnType<typeof createClient>

/** A connection that only hears channels. */
export interface Subscriber {
  subscribe(channel: string, listen: (message: string) => void): Promise<void>
  unsubscribe(channel: string): Promise<void>
  close(): void
}

export interface SubscriberOptions {
  /** Makes a client for the nth attempt: of a cluster, another node each time. */
  readonly make: (attempt: number) => Client
  /** How many nodes are tried before nobody is there. */
  readonly nodes: number
  /** How long one may take before another is tried: a node that accepts connections may say nothing on them. */
  readonly limit: TimeLimit
  readonly onError: (error: unknown) => void
  /** Called whenever hearing begins again. */
  readonly onBack: () => void
}

/** Hears channels over one connection at a time, and over another when that is lost. */
export async function connectSubscriber(options: SubscriberOptions): Promise<Subscriber> {
  const { make, nodes, limit, onError, onBack } = options
  const channels = new Map<string, (message: string) => void>()
  let attempt = 0
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let client = open()
  await connectFirst()

  function open(): Client {
    const fresh = make(attempt++)
    fresh.on('error', onError)
    // The library keeps up what is subscribed to over a reconnection of its own.
    let ready = 0
    fresh.on('ready', () => {
      if (ready++ > 0) onBack()
    })
    // One that was never there is the concern of who connects it.
    fresh.on('terminated', () => {
      if (ready > 0) replace(fresh, 100)
    })
    return fresh
  }

  async function connectFirst(): Promise<void> {
    try {
      await withinTime<unknown>(() => client.connect(), limit)
    } catch (error) {
      client.destroy()
      if (attempt >= nodes) throw error
      client = open()
      await connectFirst()
    }
  }

  /** Takes another client in place of one that is of no more use: once, however often that is told. */
  function replace(old: Client, waitMs: number): void {
    if (closed || old !== client) return
    old.destroy()
    const fresh = open()
    client = fresh
    timer = setTimeout(() => {
      restore(fresh).then(onBack, (error: unknown) => {
        onError(error)
        replace(fresh, Math.min(waitMs * 2, 5000))
      })
    }, waitMs)
    timer.unref()
  }

  async function restore(fresh: Client): Promise<void> {
    await withinTime<unknown>(() => fresh.connect(), limit)
    for (const [channel, listen] of channels) {
      await withinTime(() => fresh.subscribe(channel, listen), limit)
    }
  }

  return {
    async subscribe(channel, listen) {
      channels.set(channel, listen)
      await client.subscribe(channel, listen)
    },
    async unsubscribe(channel) {
      channels.delete(channel)
      if (client.isReady) await client.unsubscribe(channel)
    },
    close() {
      closed = true
      clearTimeout(timer)
      client.destroy()
    },
  }
}
