/** What the clients of sessions have changed, in the store: the one thing of a session that its id does not carry. */
import { isObject, type Store } from '@lutra/core'
import { busy } from './busy.ts'
import type { HttpSession, SessionChanges } from './http-session.ts'
import { createLedger } from './ledger.ts'

export interface ChangesStore {
  read(session: HttpSession): Promise<SessionChanges>
  /** Reads those of many, and hands them over one by one. */
  readEach(
    sessions: readonly HttpSession[],
    take: (session: HttpSession, changes: SessionChanges) => void,
  ): Promise<void>
  /** Applies `update` to what is there now, however many do so at once; resolves with the outcome. Throws where there is no room. */
  change(
    session: HttpSession,
    update: (changes: SessionChanges) => SessionChanges,
  ): Promise<SessionChanges>
}

export interface ChangesOptions {
  readonly store: Store
  readonly now: () => number
  /** Characters of the changes of all sessions together. */
  readonly maxLength: number
  readonly onError: (error: unknown) => void
}

export function createChangesStore(options: ChangesOptions): ChangesStore {
  const { store, now, maxLength, onError } = options
  const ledger = createLedger(maxLength, {
    now,
    forget: (sid) => void store.delete(keyOf(sid)).catch(onError),
  })

  function book({ sid, expires }: HttpSession, changes: SessionChanges): void {
    if (changes.ended) ledger.mark(sid, expires)
    else if (!ledger.book(sid, { size: lengthOf(changes), until: expires }))
      throw busy('remembers as much as it can for its sessions')
  }

  return {
    async read({ sid }) {
      return toChanges((await store.get(keyOf(sid)))?.value)
    },
    async readEach(sessions, take) {
      for (let at = 0; at < sessions.length; at += batch) {
        const some = sessions.slice(at, at + batch)
        const found = await store.getMany(some.map(({ sid }) => keyOf(sid)))
        some.forEach((session, index) => void take(session, toChanges(found[index]?.value)))
      }
    },
    async change(session, update) {
      const key = keyOf(session.sid)
      const ttlMs = Math.max(1, session.expires - now())
      for (let tries = 0; tries < 16; tries++) {
        const found = await store.get(key)
        const before = toChanges(found?.value)
        const next = update(before)
        if (next === before) return before
        book(session, next)
        const ifVersion = found?.version ?? null
        if ((await store.set(key, next, { ttlMs, ifVersion })) !== undefined) return next
      }
      throw new Error('The session is being changed by too many requests at once')
    },
  }
}

const batch = 500

function keyOf(sid: string): string {
  return `lutra/legacy/session/${sid}`
}

function toChanges(value: unknown): SessionChanges {
  return isObject(value) ? (value as SessionChanges) : {}
}

function lengthOf({ uris = [] }: SessionChanges): number {
  return uris.reduce((sum, uri) => sum + uri.length, 0)
}
