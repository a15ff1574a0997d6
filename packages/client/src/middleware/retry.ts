import { factsOf, type Middleware } from '@lutra/core'
import { backoff, sleep } from '@lutra/core/wait'
import { HttpError } from '../http/http-error.ts'
import { ConnectionError } from '../words/error.ts'

export interface RetryOptions {
  /** How often a lost call is sent again. Default: 2. */
  readonly retries?: number
  /** Milliseconds before the first of them; they grow. Default: 200. */
  readonly baseMs?: number
}

/** Sends calls again whose answer was lost or put off, where doing so twice does no harm. */
export function retry(options: RetryOptions = {}): Middleware {
  const { retries = 2, baseMs = 200 } = options
  return (next) => async (call) => {
    if (!factsOf(call.method).safe) return next(call)
    for (let count = 0; ; count++) {
      try {
        return await next(call)
      } catch (error) {
        const wait = count < retries ? waitFor(error, backoff(count, { baseMs })) : undefined
        if (wait === undefined || call.signal.aborted) throw error
        await sleep(wait, call.signal)
      }
    }
  }
}

/** Milliseconds after which another attempt is worth it; undefined where none is. */
function waitFor(error: unknown, usual: number): number | undefined {
  if (error instanceof ConnectionError) return error.final ? undefined : usual
  if (!(error instanceof HttpError)) return undefined
  const { status, retryAfterMs } = error
  // A server that says when to come again means it: no sooner, and never all clients at once.
  if ((status !== 503 && status !== 429) || retryAfterMs === undefined) return undefined
  return retryAfterMs > longestWait ? undefined : retryAfterMs + Math.random() * usual
}

const longestWait = 30_000
