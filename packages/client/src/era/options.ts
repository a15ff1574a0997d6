import type { Store } from '@lutra/core'

/** How the era of a server is found out. */
export interface EraOptions {
  /** `auto` finds out what the server speaks; the others insist. Default: `auto`. */
  readonly era?: 'auto' | 'modern' | 'legacy'
  /** Milliseconds after which a server at the end of a pipe that does not answer the probe counts as legacy. Default: 4,000. */
  readonly probeTimeoutMs?: number
  /** Keeps what was found out. Default: the memory of this process. */
  readonly store?: Store
  /** Milliseconds for which it is kept. Default: one day. */
  readonly verdictTtlMs?: number
}
