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
  /** Keeps what different systems store in one place apart: up to 40 lowercase letters, digits and `_`. Default: `lutra`. */
  readonly namespace?: string
  /** Milliseconds that one operation may take before it fails: a day at most. Default: 5,000. */
  readonly timeoutMs?: number
  /**
   * Whether an engine that is away when it is opened is an error. Otherwise what needs it fails until it is there, and the rest of
   * the process goes on. Default: false.
   */
  readonly required?: boolean
  /** Told what went wrong where nobody waits for an answer: a lost connection, a failed sweep. */
  readonly onError?: (error: unknown) => void
}

/** The time that an operation may take; throws `TypeError` where that is none. */
export function timeoutOf({ timeoutMs = 5000 }: EngineOptions): number {
  if (Number.isFinite(timeoutMs) && timeoutMs >= 1 && timeoutMs <= dayMs) return timeoutMs
  throw new TypeError(`Expected timeoutMs to be from 1 to ${dayMs} milliseconds: ${timeoutMs}`)
}

// Timers count to 24 days, and some wait for several times as long as an operation may take.
const dayMs = 86_400_000

/** The namespace of an engine; throws `TypeError` where it is none. */
export function namespaceOf({ namespace = 'lutra' }: EngineOptions): string {
  if (/^[a-z][a-z0-9_]{0,39}$/.test(namespace)) return namespace
  throw new TypeError(
    `Not a namespace: ${JSON.stringify(namespace).slice(0, 60)}; expected up to 40 lowercase letters, digits and _`,
  )
}

/** Throws `TypeError` where a URL is none. Nothing of it is told: the libraries' own errors would bring its password along. */
export function checkUrl(url: string): void {
  if (URL.canParse(url) && isEncoded(url)) return
  throw notUrl()
}

/** What to say of a URL that is none, and that may hold a password. */
export function notUrl(): TypeError {
  return new TypeError(
    'The URL of an engine cannot be read; expected SCHEME://USER:PASSWORD@HOST:PORT/NAME, with what is special in a password percent-encoded',
  )
}

function isEncoded(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}
