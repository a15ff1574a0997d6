import type { Answers, Client } from '@lutra/client'
import type { CredentialStore, WayIn } from '@lutra/client/auth'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import type { Extension } from '@lutra/core'
import { refusedBy } from '../auth/refused.ts'
import type { CommandContext } from '../command.ts'
import { UnreachableError, UsageError } from '../errors.ts'
import type { Words } from '../words.ts'
import { authorize } from './authorize.ts'
import { type Configured, findConfigured } from './configured.ts'
import { readConnectOptions, readSurroundings, verifyOptions } from './options.ts'
import { readTarget, type Target } from './target.ts'

/** A server that was reached, and the words of the command line that are not about reaching it. */
export interface Opened {
  readonly client: Client
  readonly rest: readonly string[]
  readonly target: Target
  /** Whether it was reached over HTTP, where a server may know who calls. */
  readonly remote: boolean
}

/** What a command wants of the way to a server. */
export interface Reaching {
  readonly answer?: Answers | undefined
  readonly extensions?: readonly Extension[]
  /** The target, where something other than the words of the command line says it. */
  readonly at?: { readonly target: Target; readonly rest: readonly string[] }
  /** How to get in where nobody is to be asked to sign in. */
  readonly way?: (store: CredentialStore) => WayIn
}

/** Reaches the target of a command line, does some work with it, and lets go of it however that ends. */
export async function withTarget<T>(
  words: Words,
  context: CommandContext & Reaching,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { target, rest } = context.at ?? readTarget(words)
  verifyOptions(words, target)
  const options = readConnectOptions(words, context)
  const place = target.kind === 'config' ? await findConfigured(target, words, context) : target
  const http = httpOf(place)
  const headers = { ...options.headers, ...http?.headers }
  const client = await refusedAt(http?.url, async () =>
    open(place, words, {
      ...options,
      ...(http && (await authorize(words, context, headers))),
      ...(context.answer && { answer: context.answer }),
      ...(context.extensions && { extensions: context.extensions }),
    }),
  )
  try {
    return await refusedAt(http?.url, () =>
      work({ client, rest, target, remote: http !== undefined }),
    )
  } finally {
    await client.close()
  }
}

/** The address of a server over HTTP, and the headers that its entry in a configuration file has. */
function httpOf(place: Place): { readonly url: URL; readonly headers?: object } | undefined {
  if (place.kind === 'url') return place
  const target = place.kind === 'found' ? place.target : undefined
  if (typeof target === 'string' || target instanceof URL) return { url: new URL(target) }
  if (typeof target !== 'object' || !('url' in target)) return undefined
  const { url, headers } = target
  return { url: new URL(url), ...(typeof headers === 'object' && { headers }) }
}

/** Says of a refusal what to do about it. */
async function refusedAt<T>(server: URL | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw server ? refusedBy(server, error) : error
  }
}

async function open(place: Place, words: Words, options: ConnectAnyOptions): Promise<Client> {
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

type Place = Exclude<Target, { kind: 'config' }> | Configured

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
