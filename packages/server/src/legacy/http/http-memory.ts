/** What the client of an HTTP session may change. */
import type { Auth, ServerCapabilities } from '@lutra/core'
import { discover } from '../discover.ts'
import { type SessionMemory, tooManySubscriptions } from '../own-methods.ts'
import { refuse } from '../running.ts'
import type { Parts } from './parts.ts'
import type { Party } from './party.ts'

export function createHttpMemory(
  { handler, sessions, limits }: Parts,
  { session, meta }: Party,
  auth: Auth | undefined,
): SessionMemory {
  const max = limits.maxSubscriptions
  return {
    async capabilities() {
      const { capabilities } = await discover(handler, meta, auth)
      return (capabilities ?? {}) as ServerCapabilities
    },
    // Without a session there is nobody to remember it for, and the level that is assumed stays.
    async setLogLevel(logLevel) {
      if (!session) return
      await sessions.change(session, (changes) =>
        changes.logLevel === logLevel ? changes : { ...changes, logLevel },
      )
    },
    async subscribe(uri) {
      if (!session) throw refuse('resources/subscribe takes a session')
      await sessions.change(session, (changes) => {
        const { uris = [] } = changes
        if (uris.includes(uri)) return changes
        if (uris.length >= max) throw tooManySubscriptions(max)
        return { ...changes, uris: [...uris, uri] }
      })
    },
    async unsubscribe(uri) {
      if (!session) return
      await sessions.change(session, (changes) => {
        const { uris = [] } = changes
        if (!uris.includes(uri)) return changes
        return { ...changes, uris: uris.filter((other) => other !== uri) }
      })
    },
  }
}
