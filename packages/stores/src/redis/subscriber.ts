import { withinTime } from '../within-time.ts'
import { type ChannelsOptions, type Client, createChannels } from './channels.ts'

/** A connection that only hears channels. */
export interface Subscriber {
  subscribe(channel: string, listen: (message: string) => void): Promise<void>
  unsubscribe(channel: string): Promise<void>
  close(): void
}

/** One attempt to connect may take as long as an answer: a node that accepts connections may say nothing on them. */
export interface SubscriberOptions extends ChannelsOptions {
  /** Makes a client for the nth attempt: of a cluster, another node each time. */
  readonly make: (attempt: number) => Client
  /** How many nodes are tried before nobody is there. */
  readonly nodes: number
}

/** Hears channels over one connection at a time, and over another when that is lost. */
export async function connectSubscriber(options: SubscriberOptions): Promise<Subscriber> {
  const { make, nodes, limit, onError, onBack } = options
  const channels = createChannels(options)
  let attempt = 0
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let client = open()
  await connectFirst()

  function open(): Client {
    const fresh = make(attempt++)
    fresh.on('error', onError)
    let ready = 0
    fresh.on('ready', () => {
      if (ready++ > 0) void channels.settle(fresh)
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
    await channels.moveTo(fresh, (hearing) => withinTime(hearing, limit))
  }

  return {
    subscribe: (channel, listen) => channels.add(channel, listen, client),
    unsubscribe: (channel) => channels.remove(channel, client),
    close() {
      closed = true
      clearTimeout(timer)
      client.destroy()
    },
  }
}
