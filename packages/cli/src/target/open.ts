import type { Answers, Client } from '@lutra/client'
import { type ConnectAnyOptions, connect, type RemoteTarget } from '@lutra/client/connect'
import type { Handler } from '@lutra/core'
import type { CommandContext } from '../command.ts'
import { UnreachableError, UsageError } from '../errors.ts'
import type { Words } from '../words.ts'
import { readConnectOptions, readSurroundings, verifyOptions } from './options.ts'
import { readTarget, type Target } from './target.ts'

/** A server that was reached, and the words of the command line that are not about reaching it. */
export interface Opened {
  readonly client: Client
  readonly rest: readonly string[]
}

/** Reaches the target of a command line, does some work with it, and lets go of it however that ends. */
export async function withTarget<T>(
  words: Words,
  context: CommandContext & { readonly answer?: Answers | undefined },
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { target, rest } = readTarget(words)
  verifyOptions(words, target)
  const options = readConnectOptions(words, context)
  const client = await open(target, words, {
    ...options,
    ...(context.answer && { answer: context.answer }),
  })
  try {
    return await work({ client, rest })
  } finally {
    await client.close()
  }
}

async function open(target: Target, words: Words, options: ConnectAnyOptions): Promise<Client> {
  const place = target.kind === 'config' ? await findConfigured(target, words) : target
  try {
    return await reach(place, words, options)
  } catch (cause) {
    options.signal?.throwIfAborted()
    if (cause instanceof UnreachableError || cause instanceof UsageError) throw cause
    if (!(cause instanceof Error)) throw cause
    // Whoever connects says by a TypeError that it was told something senseless.
    if (cause.name === 'TypeError') throw new UsageError(cause.message, { cause })
    throw new UnreachableError(cause.message, { cause })
  }
}

type Place =
  | Exclude<Target, { kind: 'config' }>
  | { readonly kind: 'found'; readonly target: Handler | RemoteTarget }

function reach(place: Place, words: Words, options: ConnectAnyOptions): Promise<Client> {
  switch (place.kind) {
    case 'url':
      return connect(place.url, options)
    case 'command': {
      const { command, args } = place
      return connect({ command, args, ...readSurroundings(words) }, options)
    }
    case 'module':
      return connectModule(place.name, options)
    case 'found':
      return typeof place.target === 'function'
        ? connect(place.target, options)
        : connect(place.target, options)
  }
}

/** A server in this process: called as it is, or through what stands between it and the era that is asked for. */
async function connectModule(name: string, options: ConnectAnyOptions): Promise<Client> {
  const { loadModule } = await import('./load-module.ts')
  const loaded = await loadModule(name)
  if (loaded.kind === 'fetch') {
    const own = (input: RequestInfo | URL, init?: RequestInit) =>
      Promise.resolve(loaded.fetch(new Request(input, init)))
    return connect('http://localhost/mcp', { ...options, fetch: own })
  }
  if (options.era !== 'legacy') return connect(loaded.handler, options)
  const { joinedPipes } = await import('@lutra/core')
  const { servePipe } = await import('@lutra/server/serve-pipe')
  const [outer, inner] = joinedPipes()
  void servePipe(loaded.handler, inner)
  return connect(outer, options)
}

async function findConfigured(
  { file, server }: Extract<Target, { kind: 'config' }>,
  words: Words,
): Promise<Place> {
  const { readConfig } = await import('@lutra/client/config-node')
  const servers = new Map(Object.entries(await asUsage(() => readConfig(file))))
  const names = [...servers.keys()]
  const name = server ?? (names.length === 1 ? names[0] : undefined)
  const entry = name === undefined ? undefined : servers.get(name)
  if (!entry) {
    const wanted = server === undefined ? 'Give --server NAME' : `${file} has no server ${server}`
    throw new UsageError(`${wanted}; it has ${names.join(', ') || 'none'}`)
  }
  const { target } = entry
  if (typeof target !== 'object' || !('find' in target)) return { kind: 'found', target }
  const found = await asUsage(() => target.find())
  return { kind: 'found', target: withOwn(found, words) }
}

/** What the command line says of a server goes before what the file says. */
function withOwn(target: RemoteTarget, words: Words): RemoteTarget {
  if (typeof target !== 'object' || !('command' in target)) return target
  const { env, cwd } = readSurroundings(words)
  return {
    ...target,
    env: { ...target.env, ...env },
    ...(cwd !== undefined && { cwd }),
  }
}

async function asUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}
