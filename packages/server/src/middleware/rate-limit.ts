/** Bounds how often somebody calls, over all instances of a server. */
import {
  type Call,
  createMemoryStore,
  type Middleware,
  principalOf,
  RpcError,
  type Store,
} from '@lutra/core'

export interface RateLimitOptions {
  /** Calls in a minute. */
  readonly perMinute: number
  /** Counted together: what this returns is one account; undefined is not counted. Default: who calls, as `auth` says. */
  readonly by?: (call: Call) => string | undefined
  /** Methods that count. Default: `tools/call`, `prompts/get` and `resources/read`. */
  readonly methods?: readonly string[]
  /** Where the count is kept, for all instances. Default: memory, for each instance by itself. */
  readonly store?: Store
  /** Tells several limits of one store apart. Default: `calls`. */
  readonly name?: string
  /** Is told of a store that fails: calls go on then. Default: nobody. */
  readonly onError?: (error: unknown) => void
  /** Milliseconds since 1970. For tests. */
  readonly now?: () => number
}

/** The code of a call that came too soon; its `data.retryAfterMs` says when to come again. */
export const rateLimited = 429

/** Refuses the calls of those who call too often: `createServer({ middleware: [rateLimit({ perMinute: 60, store })] })`. */
export function rateLimit(options: RateLimitOptions): Middleware {
  const { perMinute, by = principal, methods = usual, name = 'calls', now = Date.now } = options
  if (!(perMinute >= 1)) throw new TypeError(`Expected perMinute to be at least 1: ${perMinute}`)
  const store = options.store ?? createMemoryStore(now)

  /** A window of the clock: instances whose clocks differ let through a little more, and nobody is shut out. */
  async function take(account: string): Promise<boolean> {
    const window = Math.floor(now() / minuteMs)
    const key = `lutra/rate/${name}/${await digest(account)}/${window}`
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await store.get(key)
      const count = typeof found?.value === 'number' ? found.value : 0
      if (count >= perMinute) return false
      const ifVersion = found?.version ?? null
      const written = await store.set(key, count + 1, { ttlMs: 2 * minuteMs, ifVersion })
      if (written !== undefined) return true
    }
    // So many at once as this are too many.
    return false
  }

  async function takeOrPass(account: string): Promise<boolean> {
    try {
      return await take(account)
    } catch (error) {
      options.onError?.(error)
      return true
    }
  }

  return (next) => async (call) => {
    const account = methods.includes(call.method) ? by(call) : undefined
    if (account === undefined || (await takeOrPass(account))) return next(call)
    const retryAfterMs = minuteMs - (now() % minuteMs)
    const seconds = Math.ceil(retryAfterMs / 1000)
    throw new RpcError(
      `Too many calls: ${perMinute} in a minute are allowed; try again in ${seconds} seconds`,
      { code: rateLimited, data: { retryAfterMs } },
    )
  }
}

const minuteMs = 60_000
const maxTries = 32
const usual = ['tools/call', 'prompts/get', 'resources/read']

function principal({ auth }: Call): string {
  return principalOf(auth)
}

/** A name of whatever length as part of a key. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
