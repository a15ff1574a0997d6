/** What tools, resources and prompts have in common, and the words of their types. */
import type { Icon, InputOf, OutputOf, StandardSchema } from '@lutra/core'

export type Empty = Record<never, never>
export type MaybePromise<T> = T | Promise<T>
/** Shows an intersection as one object type. */
export type Simplify<T> = { [K in keyof T]: T[K] } & {}
export type JsonObject = Readonly<Record<string, unknown>>

/** What describes arguments: a schema of any Standard Schema library, or a JSON Schema (2020-12) as it is. */
export type InputSchema = StandardSchema | JsonObject

/** The input of a definition that takes none. */
export type NoInput = StandardSchema<Empty>

/** What a handler gets for its arguments: defaults filled in, transforms applied. */
export type ArgsOf<S> = S extends StandardSchema ? OutputOf<S> : JsonObject

/** What a caller gives for the arguments. */
export type GivenOf<S> = S extends StandardSchema ? InputOf<S> : JsonObject

/** What every definition may say of itself. */
export interface Described {
  readonly title?: string
  readonly description?: string
  readonly icons?: readonly Icon[]
  readonly _meta?: JsonObject
  /**
   * Scopes that a caller needs, all of them. Over HTTP who lacks one does not see this in lists, and is told by a 403 what
   * to ask for when it is called; the user of a process that is served over stdio or in memory needs none.
   */
  readonly scopes?: readonly string[]
  /** Words to choose definitions by, for middleware and tools around a server. Never sent. */
  readonly tags?: readonly string[]
}
