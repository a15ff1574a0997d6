/** The sessions of an HTTP door: found by their id, and changed for all instances. */
import type { Bus, Id, Store } from '@lutra/core'
import type { Hello } from '@lutra/core/legacy'
import { createRecentMap, type RecentMap } from '../../http/recent-map.ts'
import type { SessionLimits } from '../limits.ts'
import { createHttpSession, type HttpSession, isBusy, type SessionChanges } from './http-session.ts'
import { createChangesStore } from './session-changes.ts'
import { type SessionIds, sidOf } from './session-id.ts'
import { createNewsDesk, type News } from './session-news.ts'
import { createWatchers, type Watch } from './watchers.ts'

export interface Sessions {
  create(hello: Hello, principal: string): Promise<HttpSession>
  /** The session of an id, where that is good for this caller: at once if it is at hand, which it is but for the first time. */
  find(id: string, principal: string): HttpSession | Promise<HttpSession | undefined> | undefined
  /** Changes what is remembered, for every instance. */
  change(session: HttpSession, update: (changes: SessionChanges) => SessionChanges): Promise<void>
  /** Ends a session: its id is good for nothing from now on. */
  end(session: HttpSession): Promise<void>
  /** Ends one of its calls, wherever that runs. */
  cancel(session: HttpSession, requestId: Id): void
  /** Calls `listen` after each change of a session, here or elsewhere. */
  watch(session: HttpSession, listen: Watch): () => void
  close(): void
}

export interface SessionsOptions {
  readonly ids: SessionIds
  readonly store: Store
  readonly bus: Bus
  readonly limits: SessionLimits
  /** How many are kept at hand. */
  readonly max: number
  /** Characters that are remembered of what their clients have changed. */
  readonly maxLength: number
  readonly onError: (error: unknown) => void
  readonly now?: (() => number) | undefined
}

export function createSessions(options: SessionsOptions): Sessions {
  const { ids, store, bus, limits, onError, now = Date.now } = options
  const atHand = createRecentMap<HttpSession>(options.max, isBusy)
  const changes = createChangesStore({ store, now, maxLength: options.maxLength, onError })
  const watchers = createWatchers()
  const news = createNewsDesk({ bus, heed, missed: () => reread(allOf(atHand)), onError })

  function adopt(session: HttpSession, next: SessionChanges, elsewhere: boolean): void {
    session.adopt(next, now())
    watchers.tell(session.sid, elsewhere)
  }

  function reread(some: readonly HttpSession[]): void {
    changes.readEach(some, (session, next) => adopt(session, next, true)).catch(onError)
  }

  function heed(told: News): void {
    const session = atHand.get(told.sid)
    if (told.kind === 'cancel') session?.running.cancel(told.id)
    else if (session) reread([session])
  }

  function usable(session: HttpSession): HttpSession | undefined {
    const time = now()
    if (session.changes.ended || session.expires <= time) return undefined
    if (time - session.readAt > rereadMs) {
      session.adopt(session.changes, time)
      reread([session])
    }
    return session
  }

  async function open(id: string, principal: string): Promise<HttpSession | undefined> {
    const opened = await ids.open(id, principal)
    if (!opened) return undefined
    const session = createHttpSession(opened, limits)
    // Heard of from before it is read, so that no change falls between the two.
    await news.start()
    session.adopt(await changes.read(session), now())
    // Another request with the same id may have been faster, and there must be one of each.
    const faster = atHand.get(opened.sid)
    const found = faster?.id === id ? faster : session
    atHand.set(found.sid, found)
    return usable(found)
  }

  const change: Sessions['change'] = async (session, update) => {
    adopt(session, await changes.change(session, update), false)
    news.tell({ kind: 'changed', sid: session.sid })
  }

  return {
    async create(hello, principal) {
      const session = createHttpSession(await ids.issue(hello, principal), limits)
      await news.start()
      session.adopt({}, now())
      atHand.set(session.sid, session)
      return session
    },
    find(id, principal) {
      const session = atHand.get(sidOf(id))
      const known = session?.id === id && session.principal === principal
      return known ? usable(session) : open(id, principal)
    },
    change,
    end: (session) => change(session, () => ({ ended: true })),
    cancel({ sid, running }, id) {
      if (!running.cancel(id)) news.tell({ kind: 'cancel', sid, id })
    },
    watch: ({ sid }, listen) => watchers.watch(sid, listen),
    close: news.stop,
  }
}

function allOf(atHand: RecentMap<HttpSession>): readonly HttpSession[] {
  return [...new Map(atHand.entries()).values()]
}

// News may be lost on their way: looked for from time to time, while nobody waits for it.
const rereadMs = 30_000
