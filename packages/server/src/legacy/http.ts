/** The legacy era over HTTP: sessions, streams that can be taken up again, and HTTP+SSE. See /specification/2025-11-25/basic/transports */
import { createMemoryBus, createMemoryStore } from '@lutra/core'
import { createSeal } from '@lutra/core/seal'
import type { Authenticator } from '../http/authenticator.ts'
import type { CorsWords } from '../http/cors.ts'
import type { LegacyDoor } from '../http/exchange.ts'
import { createGauge } from '../http/gauge.ts'
import { refuseRequest } from '../http/reply.ts'
import type { Servable } from '../server-types.ts'
import { createAnswers } from './http/answers.ts'
import { createClaims } from './http/claims.ts'
import { createEventLog } from './http/event-log.ts'
import { createDelete, createGet } from './http/get.ts'
import { createKeptCalls } from './http/kept-calls.ts'
import {
  defaultMaxChangesLength,
  defaultMaxParked,
  defaultMaxRunning,
  defaultMaxSessions,
  defaultMaxStreams,
  defaultSessionTtlMs,
  defaultSsePath,
  type LegacyHttpOptions,
} from './http/options.ts'
import { createSlots, type Parts } from './http/parts.ts'
import { createPost } from './http/post.ts'
import { createPresence } from './http/presence.ts'
import { createSessionIds } from './http/session-id.ts'
import { createSessions } from './http/sessions.ts'
import { createSse } from './http/sse.ts'
import { sessionLimits } from './limits.ts'

export type { LegacyHttpOptions } from './http/options.ts'

export interface LegacyHttp extends LegacyDoor {
  /** Ends every stream that is open for announcements, for replay and for HTTP+SSE. */
  close(): void
}

/** Serves the clients of the revisions before 2026-07-28, on whatever instance each of their requests comes in. */
export function createLegacyHttp(
  handler: Servable,
  options: LegacyHttpOptions = {},
  auth?: Authenticator,
): LegacyHttp {
  const { keys, store = createMemoryStore(), bus = createMemoryBus(), onError } = handler
  const limits = sessionLimits(options)
  const failed = (error: unknown) => onError?.(error, { id: 'legacy', method: '' })
  const seal = createSeal(keys)
  const ttlMs = options.sessionTtlMs ?? defaultSessionTtlMs
  const sessions = createSessions({
    ids: createSessionIds(seal, { ttlMs }),
    store,
    bus,
    limits,
    max: options.maxSessions ?? defaultMaxSessions,
    maxLength: options.maxChangesLength ?? defaultMaxChangesLength,
    onError: failed,
  })
  const presence = createPresence({ store, onError: failed })
  const timeoutMs = limits.questionTimeoutMs
  const parts: Parts = {
    handler,
    sessions,
    presence,
    kept: createKeptCalls({ store, presence, timeoutMs, onError: failed }),
    answers: createAnswers({
      store,
      bus,
      timeoutMs,
      parked: createGauge(options.maxParked ?? defaultMaxParked),
      onError: failed,
    }),
    calls: createGauge(options.maxRunning ?? defaultMaxRunning),
    waits: createGauge(options.maxRunning ?? defaultMaxRunning),
    log: createEventLog({ store, bus, limits: options.replay, onError: failed }),
    claims: createClaims({ store, bus, onError: failed }),
    streams: createSlots(options.maxStreams ?? defaultMaxStreams),
    held: new Map(),
    limits,
    options,
    onError,
    challenge: auth?.challenge,
  }
  const sse = options.sse === false ? undefined : createSse(parts, { seal, bus })
  const post = createPost(parts)

  const doors = new Map<string, LegacyDoor>([
    ['POST', (request, message) => sse?.post(request, message) ?? post(request, message)],
    ['GET', createGet(parts, sse?.open)],
    ['DELETE', createDelete(parts)],
  ])
  const door: LegacyDoor = (request, message) =>
    doors.get(request.method)?.(request, message) ?? notAllowed
  return Object.assign(door, {
    close() {
      parts.streams.close()
      sessions.close()
      presence.close()
    },
  })
}

/** What a door is to know in order to serve both eras. */
export function bothEras(legacyDoor: LegacyHttp, { sse }: LegacyHttpOptions = {}) {
  const morePaths = sse === false ? [] : [sse?.path ?? defaultSsePath]
  return { legacyDoor, corsWords, morePaths }
}

const corsWords: CorsWords = {
  methods: ['GET', 'DELETE'],
  requestHeaders: ['mcp-session-id', 'last-event-id'],
  responseHeaders: ['mcp-session-id'],
}

const notAllowed = Promise.resolve(
  refuseRequest(405, 'Method not allowed', { allow: 'POST, GET, DELETE' }),
)
