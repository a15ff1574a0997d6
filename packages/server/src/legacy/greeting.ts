/** What a session over a pipe remembers from its handshake on. See /specification/2025-11-25/basic/lifecycle#initialization */
import type {
  Auth,
  Call,
  Handler,
  LogLevel,
  Meta,
  Notification,
  Params,
  ServerCapabilities,
} from '@lutra/core'
import { initializeResult, type Revision, readInitialize } from '@lutra/core/legacy'
import { discover } from './discover.ts'
import { assumedLevel, type SessionLimits } from './limits.ts'
import { createListener } from './listener.ts'
import { type SessionMemory, tooManySubscriptions } from './own-methods.ts'
import { createMeta } from './session-meta.ts'

export interface Greeting {
  readonly revision: Revision
  /** The answer to `initialize`. */
  readonly result: Readonly<Record<string, unknown>>
  /** The envelope of the next call. */
  meta(): Meta
  readonly memory: SessionMemory
  /** Begins to pass on what the handler announces; once. */
  start(): void
  close(): void
}

export interface GreetingOptions {
  readonly limits: SessionLimits
  readonly auth?: Auth | undefined
  readonly header?: Call['header']
  readonly notify: (notification: Notification) => void
  readonly onError: (error: unknown) => void
}

/** Reads a client's `initialize` and asks the handler for the answer. */
export async function greet(
  handler: Handler,
  params: Params | undefined,
  { limits, auth, header, notify, onError }: GreetingOptions,
): Promise<Greeting> {
  const { revision, ...hello } = readInitialize(params)
  let meta = createMeta({ ...hello, revision, logLevel: assumedLevel(limits) })
  const discovered = await discover(handler, meta, { auth, header })
  const result = initializeResult(revision, discovered)
  const capabilities = result['capabilities'] as ServerCapabilities
  const listener = createListener(handler, { meta: () => meta, auth, header, notify })
  const uris = new Set<string>()
  let started = false

  const memory: SessionMemory = {
    capabilities: async () => capabilities,
    setLogLevel(level: LogLevel) {
      meta = createMeta({ ...hello, revision, logLevel: level })
    },
    async subscribe(uri) {
      if (uris.has(uri)) return
      if (uris.size >= limits.maxSubscriptions) throw tooManySubscriptions(limits.maxSubscriptions)
      uris.add(uri)
      try {
        await listener.listen(capabilities, uris)
      } catch (reason) {
        uris.delete(uri)
        throw reason
      }
    },
    async unsubscribe(uri) {
      if (uris.delete(uri)) await listener.listen(capabilities, uris)
    },
  }

  return {
    revision,
    result,
    memory,
    meta: () => meta,
    start() {
      if (started) return
      started = true
      listener.listen(capabilities, uris).catch(onError)
    },
    close: listener.close,
  }
}
