import type { Handler } from './call.ts'
import type { Implementation, ServerCapabilities } from './shapes.ts'

/** Which of the two families of revisions a peer speaks. */
export type Era = 'modern' | 'legacy'

/** What is known of a server once it was reached. */
export interface Discovered {
  readonly supportedVersions: readonly string[]
  readonly capabilities: ServerCapabilities
  readonly instructions?: string
  /** For display only. */
  readonly serverInfo?: Implementation
}

/** A handler with a life: calls go to a server that was reached, in the era that it speaks. */
export interface Connection {
  readonly handler: Handler
  readonly era: Era
  /** The agreed revision: what `meta.protocolVersion` of each call should say. */
  readonly protocolVersion: string
  readonly discovered: Discovered
  /** Settles when the connection has ended: with undefined after `close`, else with why. */
  readonly closed: Promise<Error | undefined>
  close(): Promise<void>
}
