/** Results kept for as long as their server says. See /specification/2026-07-28/server/utilities/caching */
import {
  type Call,
  factsOf,
  type Middleware,
  type Notification,
  type Result,
  withCall,
} from '@lutra/core'
import { HttpError } from '../http/http-error.ts'
import { ConnectionError, TimeoutError } from '../words/error.ts'
import { localOf } from '../words/local.ts'
import { cacheKey } from './cache-key.ts'
import { createResponseCache, type ResponseCache } from './response-cache.ts'

export interface CacheOptions {
  /** Results that are kept; beyond, the one that was used least recently goes. Default: 1,000. */
  readonly maxEntries?: number
  /** About how many characters of results are kept in all. Default: 64 Mi. */
  readonly maxLength?: number
  /** Milliseconds beyond which nothing is kept, whatever a server says. Default: one day. */
  readonly maxTtlMs?: number
  /** Whether a result past its time is used when the server cannot be reached. Default: false. */
  readonly staleOnError?: boolean
  /** Keeps the results of several clients together, where they speak to the same servers. */
  readonly shared?: ResponseCache
  /** Which server this is, apart from others in a shared cache. */
  readonly server?: string
  /** Whom the client speaks for now: what is private is kept for each apart. */
  readonly principal?: string | (() => string)
}

/** Answers from memory what a server said may be reused, and forgets it as soon as the server says that it changed. */
export function cache(options: CacheOptions = {}): Middleware {
  const kept = options.shared ?? createResponseCache(options)
  const server = options.server ?? ''
  const principalOf = () =>
    (typeof options.principal === 'function' ? options.principal() : options.principal) ?? ''

  // A result that does not say whose it is belongs to whoever asked: only `public` ones get the common key.
  function keep(result: Result, key: string, { method, params }: Call): void {
    const { resultType, ttlMs } = result
    if (resultType !== 'complete' || typeof ttlMs !== 'number' || !(ttlMs > 0)) return
    const { uri } = params
    kept.set(key, { server, method, result, ...(typeof uri === 'string' && { uri }) }, ttlMs)
  }

  return (next) => (call) => {
    if (call.method === 'subscriptions/listen') return next(watching(call, kept, server))
    const mode = localOf(call)?.options.cache ?? 'use'
    if (!isCacheable(call) || mode === 'bypass') return next(call)
    const own = cacheKey(call, server, principalOf())
    const common = cacheKey(call, server)
    const known = kept.get(own) ?? kept.get(common)
    if (known?.fresh && mode === 'use') return Promise.resolve(known.result)
    const { generation } = kept
    return next(call).then(
      (result) => {
        // A change that was told while the answer was on its way may not be in it.
        if (kept.generation === generation)
          keep(result, result['cacheScope'] === 'public' ? common : own, call)
        return result
      },
      (error: unknown) => {
        if (options.staleOnError && known && !call.signal.aborted && isOutage(error))
          return known.result
        throw error
      },
    )
  }
}

// A retry with answers is about one moment of one conversation: nothing of it may be reused.
function isCacheable({ method, params }: Call): boolean {
  return (
    factsOf(method).cached === true &&
    params['inputResponses'] === undefined &&
    params['requestState'] === undefined
  )
}

function isOutage(error: unknown): boolean {
  if (error instanceof HttpError) return error.status >= 500
  return error instanceof ConnectionError || error instanceof TimeoutError
}

/** A listen call that forgets what its notifications say has changed. */
function watching(call: Call, kept: ResponseCache, server: string): Call {
  const notify = (notification: Notification) => {
    invalidate(kept, server, notification)
    call.notify(notification)
  }
  return withCall(call, { notify })
}

function invalidate(kept: ResponseCache, server: string, { method, params }: Notification): void {
  const methods = changed.get(method)
  if (methods) kept.drop(server, methods, params?.['uri'])
  // Nobody knows what was missed before a stream begins.
  else if (method === 'notifications/subscriptions/acknowledged') kept.drop(server)
}

const changed: ReadonlyMap<string, readonly string[]> = new Map([
  ['notifications/tools/list_changed', ['tools/list']],
  ['notifications/prompts/list_changed', ['prompts/list']],
  ['notifications/resources/list_changed', ['resources/list', 'resources/templates/list']],
  ['notifications/resources/updated', ['resources/read']],
])
