import type { ClientCapabilities, Implementation, LogLevel, Meta } from '@lutra/core'
import type { Revision } from '@lutra/core/legacy'
import { assumedLevel, type SessionLimits } from '../limits.ts'
import { createQuestions, type Questions } from '../questions.ts'
import { createRunning, type Running } from '../running.ts'
import { createMeta } from '../session-meta.ts'

/** What a session id says, in the clear and sealed. */
export interface OpenedId {
  /** The whole id, as it stands in the header. */
  readonly id: string
  /** Names the session in the store and on the bus. */
  readonly sid: string
  /** To whom it was given. */
  readonly principal: string
  readonly revision: Revision
  readonly capabilities: ClientCapabilities
  readonly clientInfo?: Implementation | undefined
  /** When the id is no good any more. */
  readonly expires: number
}

/** What a client has changed since the handshake, which every instance must know. */
export interface SessionChanges {
  readonly ended?: true
  readonly logLevel?: LogLevel
  readonly uris?: readonly string[]
}

/** A session as one instance knows it. */
export interface HttpSession extends OpenedId {
  /** The envelope of its calls. */
  readonly meta: Meta
  readonly changes: SessionChanges
  /** When the changes were last read. */
  readonly readAt: number
  readonly running: Running
  readonly questions: Questions
  /** Takes on what was changed, here or elsewhere; the end ends its calls and questions. */
  adopt(changes: SessionChanges, readAt: number): void
}

export function createHttpSession(opened: OpenedId, limits: SessionLimits): HttpSession {
  const assumed = assumedLevel(limits)
  const running = createRunning(limits.maxCalls)
  const questions = createQuestions({
    timeoutMs: limits.questionTimeoutMs,
    max: limits.maxQuestions,
  })
  const session: Adopting = {
    ...opened,
    meta: createMeta({ ...opened, logLevel: assumed }),
    changes: {},
    readAt: 0,
    running,
    questions,
    adopt(next, at) {
      session.readAt = at
      if (next.logLevel !== session.changes.logLevel) {
        session.meta = createMeta({ ...opened, logLevel: next.logLevel ?? assumed })
      }
      session.changes = next
      if (!next.ended) return
      const reason = new Error('The session has ended')
      running.close(reason)
      questions.close(reason)
    },
  }
  return session
}

type Adopting = { -readonly [K in keyof HttpSession]: HttpSession[K] }

/** Whether something of the session lives in this instance alone. */
export function isBusy({ running, questions }: HttpSession): boolean {
  return running.size() > 0 || questions.size() > 0
}
