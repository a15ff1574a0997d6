/** Which errors of a request about a task say nothing about the task, and how long to wait after them. */
import { isObject } from '@lutra/core'
import { backoff } from '@lutra/core/wait'

/** Milliseconds after which a request is worth another attempt, the `count`th from 0; undefined where none is. */
export function waitAfter(error: unknown, count: number): number | undefined {
  const fault = faultOf(error)
  if (fault === 'final' || (fault === 'doubtful' && count >= mostDoubtful)) return undefined
  const own = backoff(count, { baseMs: 250 })
  const asked = retryAfterOf(error)
  // Who is told when to come again comes then, and not together with all the others.
  return asked === undefined ? own : Math.min(asked, longestAskedMs) + Math.random() * own
}

const longestAskedMs = 300_000

/** Times in a row that a server may say of itself that it is broken. */
const mostDoubtful = 20

// Clients of any kind stand before an extension: what they throw is told apart by its name.
function faultOf(error: unknown): 'away' | 'doubtful' | 'final' {
  const { name, final, code } = fieldsOf(error)
  const status = fieldsOf(httpErrorIn(error))['status']
  if (status === 401 || status === 403) return 'final'
  if (status === 408 || status === 429 || status === 503) return 'away'
  if (name === 'RpcError') return doubtful.has(code) ? 'doubtful' : 'final'
  if (typeof status === 'number') return status >= 500 && status !== 501 ? 'away' : 'final'
  if (name === 'ConnectionError') return final === true ? 'final' : 'away'
  if (name === 'TimeoutError' || name === 'SessionLostError') return 'away'
  return name === 'InvalidResponseError' ? 'doubtful' : 'final'
}

/** Internal errors: a server whose store is away says no more. And what older servers say when they lose a connection. */
const doubtful: ReadonlySet<unknown> = new Set([-32603, -32000, -32001])

function retryAfterOf(error: unknown): number | undefined {
  const { retryAfterMs } = fieldsOf(httpErrorIn(error))
  return typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : undefined
}

/** The HTTP error that an error is, or comes from. */
function httpErrorIn(error: unknown): unknown {
  const { name, cause } = fieldsOf(error)
  if (name === 'HttpError') return error
  return fieldsOf(cause)['name'] === 'HttpError' ? cause : undefined
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}
