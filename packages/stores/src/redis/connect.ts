import { StoreError } from '@lutra/core'
import { withinTime } from '../within-time.ts'
import { whileAnswering } from './answering.ts'
import type { Redis } from './connection.ts'
import { failed } from './failure.ts'
import { connectSubscriber } from './subscriber.ts'

interface ConnectOptions {
  readonly timeoutMs: number
  readonly cluster: boolean
  readonly onError: (error: unknown) => void
}

/** Connects to a server or a cluster of Redis or Valkey that is there, and again whenever it was away. Several URLs are nodes of a cluster. */
export async function connectRedis(
  urls: readonly string[],
  options: ConnectOptions,
): Promise<Redis> {
  const { timeoutMs, cluster, onError } = options
  const { createClient, createCluster } = await load()
  const [first = ''] = urls
  const limit = { ms: timeoutMs, engine: 'Redis', failed }
  const back = new Set<() => void>()
  // One that was never there is tried anew by who opened it; one that was lost, also while others are made, by its library.
  const there = { commands: false, channels: false }
  // A connection on which nothing is heard is asked for a word, and is lost where none comes: it may have gone silent without closing.
  const pingInterval = Math.ceil(timeoutMs / 2)
  const patience = { connectTimeout: timeoutMs, socketTimeout: timeoutMs }
  // Fails at once while the server is away: a queue would answer later than anybody waits for.
  const common = {
    disableOfflineQueue: true,
    pingInterval,
    socket: {
      ...patience,
      reconnectStrategy: (retries: number) => there.commands && pauseOf(retries),
    },
  }
  const commands = cluster
    ? createCluster(clusterOptions(urls, common))
    : createClient({ url: first, ...common })
  commands.on('error', onError)
  const ask = whileAnswering(timeoutMs)
  const send = async (key: string, command: readonly string[]): Promise<unknown> => {
    if (!('slots' in commands)) return ask(commands, () => commands.sendCommand([...command]))
    const node = await commands.getNodeClientForKey(key, false)
    return ask(node, () => commands.sendCommand(key, false, [...command]))
  }

  try {
    // Of a cluster, one node after the other is asked who its nodes are.
    const patient = { ...limit, ms: timeoutMs * (urls.length + 1) }
    await withinTime<unknown>(() => commands.connect(), patient)
    there.commands = true
    const subscriber = await connectSubscriber({
      make: (attempt) =>
        createClient({
          url: urls[attempt % urls.length] ?? first,
          pingInterval,
          socket: {
            ...patience,
            reconnectStrategy: (retries: number) =>
              cluster && retries > 2
                ? new Error('Another node is tried')
                : there.channels && pauseOf(retries),
          },
        }),
      nodes: urls.length,
      limit,
      onError,
      onBack: () => {
        for (const listen of back) listen()
      },
    })
    there.channels = true
    return {
      send: (key, command) => withinTime(() => send(key, command), limit),
      subscribe: subscriber.subscribe,
      unsubscribe: subscriber.unsubscribe,
      onResubscribed: (listen) => back.add(listen),
      async close() {
        subscriber.close()
        commands.destroy()
      },
    }
  } catch (cause) {
    commands.destroy()
    throw cause instanceof StoreError ? cause : failed(cause)
  }
}

/** Milliseconds until another try to connect. */
function pauseOf(retries: number): number {
  return Math.min(50 * 2 ** retries, 2000)
}

/** Nodes that are found by others are entered as the first is. */
function clusterOptions<T extends { readonly socket: object }>(urls: readonly string[], common: T) {
  const [first = ''] = urls
  const socket = { ...secured(first), ...common.socket }
  return {
    rootNodes: urls.map((url) => ({ url })),
    defaults: { ...credentialsOf(first), ...common, socket },
  }
}

function credentialsOf(url: string): { username?: string; password?: string } {
  if (!URL.canParse(url)) return {}
  const { username, password } = new URL(url)
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  }
}

function secured(url: string): { tls?: true } {
  return url.startsWith('rediss:') ? { tls: true } : {}
}

async function load() {
  try {
    return await import('@redis/client')
  } catch (cause) {
    throw new TypeError('The library for Redis is missing: npm install @redis/client', { cause })
  }
}
