/** What the client of an HTTP session may change. */
import type { ServerCapabilities } from '@lutra/core'
import type { HttpRequest } from '../../http/exchange.ts'
import { discover } from '../discover.ts'
import { createListener } from '../listener.ts'
import { type SessionMemory, tooManySubscriptions } from '../own-methods.ts'
import { refuse } from '../running.ts'
import type { Parts } from './parts.ts'
import type { Party } from './party.ts'

export function createHttpMemory(
  { handler, sessions, limits }: Parts,
  { session, meta }: Party,
  request: HttpRequest,
): SessionMemory {
  const max = limits.maxSubscriptions
  // The stream that will tell of it may not be open yet: whether the caller may hear of it is found out by listening once.
  async function verifySubscription(uri: string): Promise<void> {
    const { auth, header } = request
    const listener = createListener(handler, { meta: () => meta, auth, header, notify() {} })
    await listener.listen({}, [uri])
    listener.close()
  }
  return {
    async capabilities() {
      const { capabilities } = await discover(handler, meta, request)
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
      await verifySubscription(uri)
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
