import type { Bus, Store } from '@lutra/core'
import type { Keys } from '@lutra/core/seal'

/** A store and a bus that live in one place: `createServer({ ...engine })`. */
export interface Engine {
  readonly store: Store
  readonly bus: Bus
  /** Ends its connections. What is stored stays. */
  close(): Promise<void>
}

/** What every engine takes. */
export interface EngineOptions {
  /** Encrypt what is marked as secret: at least 32 bytes each, the newest first. Without them, secrets are refused. */
  readonly keys?: Keys
  /** Keeps what different systems store in one place apart: letters, digits and `_`. Default: `lutra`. */
  readonly namespace?: string
  /** Milliseconds that one operation may take before it fails. Default: 5,000. */
  readonly timeoutMs?: number
  /**
   * Whether an engine that is away when it is opened is an error. Otherwise what needs it fails until it is there, and the rest of
   * the process goes on. Default: false.
   */
  readonly required?: boolean
  /** Told what went wrong where nobody waits for an answer: a lost connection, a failed sweep. */
  readonly onError?: (error: unknown) => void
}

export const defaultTimeoutMs = 5000

/** The namespace of an engine; throws `TypeError` where it is none. */
export function namespaceOf({ namespace = 'lutra' }: EngineOptions): string {
  if (/^[a-z][a-z0-9_]{0,39}$/.test(namespace)) return namespace
  throw new TypeError(
    `Not a namespace: ${JSON.stringify(namespace).slice(0, 60)}; expected up to 40 lowercase letters, digits and _`,
  )
}
