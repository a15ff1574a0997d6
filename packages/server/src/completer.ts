/** Suggestions for the argument that someone is typing. See /specification/2026-07-28/server/utilities/completion */
import type { Context } from './context.ts'
import type { Empty, MaybePromise } from './definition.ts'

/** What a completer gets to know beside the value typed so far. */
export interface CompletionContext extends Pick<Context<Empty>, 'signal' | 'auth' | 'meta'> {
  /** The arguments that were settled before. */
  readonly arguments: ReadonlyMap<string, string>
}

/** Values in the order of their relevance; more than 100 are cut off, and the client told. */
export type Completions =
  | readonly string[]
  | { readonly values: readonly string[]; readonly total?: number; readonly hasMore?: boolean }

/** Suggests values for one argument: fixed ones, filtered by what was typed, or those that a function finds. */
export type Completer =
  | readonly string[]
  | ((value: string, context: CompletionContext) => MaybePromise<Completions>)

export type Completers<Name extends string> = { readonly [K in Name]?: Completer }
