import type { Revision } from '@lutra/core/legacy'
import type { SessionLimits } from '../limits.ts'
import type { ReplayLimits } from './event-log.ts'

/** How clients of the revisions before 2026-07-28 are served over HTTP. */
export interface LegacyHttpOptions extends Partial<SessionLimits> {
  /**
   * `optional`: sessions for those who begin with `initialize`, and calls without one for the rest. `required`: 400 for a call
   * without. `off`: no sessions, so that nothing can be asked or announced. Default: `optional`.
   */
  readonly sessions?: 'optional' | 'required' | 'off'
  /** Milliseconds for which a session id is good. Most clients do not come back from an expired one. Default: 7 days. */
  readonly sessionTtlMs?: number
  /** Sessions that an instance keeps at hand; the others are read from their id again. Default: 10,000. */
  readonly maxSessions?: number
  /** Characters that an instance has remembered of what clients have changed in their sessions, such as subscriptions. Default: 64 Mi. */
  readonly maxChangesLength?: number
  /** Event streams that an instance holds open for announcements and HTTP+SSE. Default: 10,000. */
  readonly maxStreams?: number
  /** Calls that run in an instance at once. Who goes away does not end a call, so that they can pile up. As many may wait for results of tasks beside them. Default: 10,000. */
  readonly maxRunning?: number
  /** Questions to clients that wait in an instance at once. Default: 10,000. */
  readonly maxParked?: number
  /** What is kept of a stream for a client that lost it. */
  readonly replay?: Partial<ReplayLimits>
  /** Milliseconds after which a client that lost a stream comes again. Default: 1,000. */
  readonly retryMs?: number
  /**
   * Milliseconds after which the connection of a call that is still running is closed; the client polls for the rest. Only
   * clients of 2025-11-25 can. Default: never.
   */
  readonly closeStreamAfterMs?: number
  /** HTTP+SSE of 2024-11-05. `path` is where else than at the server's own path its stream is found. Default: `/sse`. */
  readonly sse?: false | { readonly path?: string }
}

export const defaultSessionTtlMs = 7 * 24 * 60 * 60 * 1000
export const defaultMaxSessions = 10_000
export const defaultMaxChangesLength = 64 * 1024 * 1024
export const defaultMaxStreams = 10_000
export const defaultMaxRunning = 10_000
export const defaultMaxParked = 10_000
export const defaultSsePath = '/sse'

/** After how long a client that loses a stream is told to come again; undefined where its revision has no word for it. */
export function retryMsOf(
  { retryMs = 1000 }: LegacyHttpOptions,
  { polling }: Revision,
): number | undefined {
  return polling ? retryMs : undefined
}
