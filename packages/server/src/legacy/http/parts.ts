import type { Handler, OnError } from '@lutra/core'
import type { Authenticator } from '../../http/authenticator.ts'
import type { HttpRequest, PlainReply } from '../../http/exchange.ts'
import type { Gauge } from '../../http/gauge.ts'
import { refuseRequest } from '../../http/reply.ts'
import type { SessionLimits } from '../limits.ts'
import type { Answers } from './answers.ts'
import type { Claims } from './claims.ts'
import type { EventLog } from './event-log.ts'
import type { KeptCalls } from './kept-calls.ts'
import type { LegacyHttpOptions } from './options.ts'
import type { Presence } from './presence.ts'
import type { Sessions } from './sessions.ts'

/** What the ways through a legacy door share. */
export interface Parts {
  readonly handler: Handler
  readonly sessions: Sessions
  readonly answers: Answers
  readonly log: EventLog
  readonly claims: Claims
  readonly kept: KeptCalls
  readonly presence: Presence
  readonly streams: Slots
  /** The streams for announcements that this instance keeps, and by which connection. */
  readonly held: Map<string, object>
  /** The calls that run. */
  readonly calls: Gauge
  /** Those that only wait for the result of a task. */
  readonly waits: Gauge
  readonly limits: SessionLimits
  readonly options: LegacyHttpOptions
  readonly onError: OnError | undefined
  /** Says what a call lacks whose scopes do not suffice. */
  readonly challenge: Authenticator['challenge'] | undefined
}

/** Places for streams that stay open. */
export interface Slots {
  /** Takes one, for a stream that `end` ends; undefined where all are taken. What it returns gives it back. */
  take(end: () => void): (() => void) | undefined
  /** Ends every stream. */
  close(): void
}

export function createSlots(max: number): Slots {
  const taken = new Set<() => void>()
  return {
    take(end) {
      if (taken.size >= max) return undefined
      const slot = () => end()
      taken.add(slot)
      return () => void taken.delete(slot)
    },
    close() {
      for (const end of [...taken]) end()
    },
  }
}

/** Whether the client of a request reads event streams. One that does not say takes what comes. */
export function readsEvents(request: HttpRequest): boolean {
  const accept = request.header('accept')
  return accept === undefined || eventRange.test(accept)
}

const eventRange = /text\/event-stream|\*\/\*|text\/\*/i

export const noStreamLeft: PlainReply = refuseRequest(
  503,
  'All event streams of this server are taken: try again later',
  { 'retry-after': '30' },
)
