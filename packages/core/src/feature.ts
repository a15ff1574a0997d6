import type { Handler, Middleware } from './call.ts'
import type { ServerCapabilities } from './shapes.ts'

/** What a part of a server adds to the whole: its methods, and what discovery says of it. */
export interface Feature {
  readonly capabilities?: ServerCapabilities
  readonly methods: Readonly<Record<string, Handler>>
}

/** A named addition to the protocol, off until a server or client is given it. See /specification/2026-07-28/basic#extensions */
export interface Extension {
  /** Its identifier with the mandatory prefix, e.g. `io.modelcontextprotocol/tasks`. */
  readonly id: string
  /** What is advertised under its identifier. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly methods?: Readonly<Record<string, Handler>>
  readonly middleware?: Middleware
  /** Called when the server that has it closes. */
  close?(): Promise<void>
}
