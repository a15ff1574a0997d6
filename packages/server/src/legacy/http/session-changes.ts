/** What the clients of sessions have changed, in the store: the one thing of a session that its id does not carry. */
import { isObject, type Store } from '@lutra/core'
import type { HttpSession, SessionChanges } from './http-session.ts'

export interface ChangesStore {
  read(session: HttpSession): Promise<SessionChanges>
  /** Applies `update` to what is there now, however many do so at once; resolves with the outcome. */
  change(
    session: HttpSession,
    update: (changes: SessionChanges) => SessionChanges,
  ): Promise<SessionChanges>
}

export function createChangesStore(store: Store, now: () => number): ChangesStore {
  return {
    async read(session) {
      return toChanges((await store.get(keyOf(session)))?.value)
    },
    async change(session, update) {
      const ttlMs = Math.max(1, session.expires - now())
      for (let tries = 0; tries < 16; tries++) {
        const found = await store.get(keyOf(session))
        const next = update(toChanges(found?.value))
        const ifVersion = found?.version ?? null
        if ((await store.set(keyOf(session), next, { ttlMs, ifVersion })) !== undefined) return next
      }
      throw new Error('The session is being changed by too many requests at once')
    },
  }
}

function keyOf({ sid }: HttpSession): string {
  return `lutra/legacy/session/${sid}`
}

function toChanges(value: unknown): SessionChanges {
  return isObject(value) ? (value as SessionChanges) : {}
}
