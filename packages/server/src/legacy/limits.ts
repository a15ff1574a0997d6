import type { LogLevel } from '@lutra/core'

/** Bounds of one legacy session, and what it assumes where its client says nothing. */
export interface SessionLimits {
  /** Calls that run at the same time (256); as many may wait for results of tasks beside them. */
  readonly maxCalls: number
  /** Questions to the client that wait at the same time (32). */
  readonly maxQuestions: number
  /** Milliseconds that a client, and the person before it, may take for an answer (10 minutes). */
  readonly questionTimeoutMs: number
  /** How often one call may ask for input (10). */
  readonly maxRounds: number
  /** Resources that a client may subscribe to (1,000). */
  readonly maxSubscriptions: number
  /** Messages in one batch (100). */
  readonly maxBatch: number
  /** The log level of a client that sets none (`info`); `off` sends nothing until it does. */
  readonly logLevel: LogLevel | 'off'
}

export function sessionLimits(given: Partial<SessionLimits> = {}): SessionLimits {
  return {
    maxCalls: given.maxCalls ?? 256,
    maxQuestions: given.maxQuestions ?? 32,
    questionTimeoutMs: given.questionTimeoutMs ?? 600_000,
    maxRounds: given.maxRounds ?? 10,
    maxSubscriptions: given.maxSubscriptions ?? 1000,
    maxBatch: given.maxBatch ?? 100,
    logLevel: given.logLevel ?? 'info',
  }
}

/** The log level of a client that has set none; undefined: it gets no messages. */
export function assumedLevel({ logLevel }: SessionLimits): LogLevel | undefined {
  return logLevel === 'off' ? undefined : logLevel
}
