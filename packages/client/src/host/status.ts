import type { Era } from '@lutra/core'
import { AuthError } from '../auth/auth-error.ts'
import { ConnectError } from '../era/connect-error.ts'
import { statusOf } from '../era/evidence.ts'

/** How a host stands with one of its servers. */
export type Status =
  /** Nobody has needed it yet. */
  | { readonly state: 'idle' }
  | {
      readonly state: 'connecting' /** Why the time before did not work. */
      readonly error?: Error
    }
  | {
      readonly state: 'ready'
      readonly era: Era
      readonly protocolVersion: string
      /** Why its tools are not known, where that is so. */
      readonly toolsError?: Error
    }
  /** It wants to know who asks: let somebody sign in, or give a token, then `reconnect`. */
  | { readonly state: 'needs-auth'; readonly error: Error; readonly wwwAuthenticate?: string }
  | {
      readonly state: 'failed'
      readonly error: Error
      /** Milliseconds until it is tried again; absent where that is left to `reconnect`. */
      readonly retryInMs?: number
    }
  | { readonly state: 'closed' }

/** What an error in connecting means for a server. */
export function readFailure(reason: unknown): Status & { readonly error: Error } {
  const error = reason instanceof Error ? reason : new Error(String(reason))
  // Metadata and stores that cannot be read may be there later; all else takes somebody to act.
  if (error instanceof AuthError) {
    const passing = error.code === 'discovery' || error.code === 'store'
    return { state: passing ? 'failed' : 'needs-auth', error }
  }
  const causes = error instanceof ConnectError ? error.tried.map((one) => one.error) : [error]
  const refused = causes.find((cause) => statusOf(cause) === 401 || statusOf(cause) === 403)
  if (!refused) return { state: 'failed', error }
  const { wwwAuthenticate } = refused as { wwwAuthenticate?: unknown }
  return typeof wwwAuthenticate === 'string'
    ? { state: 'needs-auth', error, wwwAuthenticate }
    : { state: 'needs-auth', error }
}
