/** Tools: what a model may call. See /specification/2026-07-28/server/tools */
import type { InputRequiredResult, StandardSchema } from '@lutra/core'
import type { AsTask } from './as-task.ts'
import type { Content, ToolResult } from './content.ts'
import type { Context } from './context.ts'
import type {
  ArgsOf,
  Described,
  Empty,
  GivenOf,
  InputSchema,
  JsonObject,
  MaybePromise,
  NoInput,
} from './definition.ts'
import type { Use } from './use.ts'

/** How a tool behaves, for whoever decides whether it may run unasked. A client trusts these as far as it trusts the server. */
export interface ToolHints {
  /** It changes nothing. */
  readonly readOnly?: boolean
  /** It may delete or overwrite. */
  readonly destructive?: boolean
  /** Calling it again with the same arguments changes nothing more. */
  readonly idempotent?: boolean
  /** It reaches beyond the server's own data. */
  readonly openWorld?: boolean
}

/** What `run` may return beside plain data. */
export type ToolReply = Content | readonly Content[] | ToolResult | InputRequiredResult

/** What {@link tool} takes. */
export interface ToolSpec<N extends string, S extends InputSchema, R, O, V> extends Described {
  readonly name: N
  readonly description: string
  readonly input?: S
  /** What `run` returns and clients get as `structuredContent`: checked before it leaves. */
  readonly output?: StandardSchema<R, O> | JsonObject
  readonly hints?: ToolHints
  /**
   * Whether its calls go on as tasks, where the server has the extension and the caller declares it: `true`; `'required'`, which
   * refuses other callers; or a function that decides for each call, and may ask.
   */
  readonly task?: AsTask<ArgsOf<S>, V>
  /**
   * Does the work. A string goes out as text, every other JSON value as `structuredContent` with its JSON as text;
   * content helpers, a whole tool result and `inputRequired()` go out as they are.
   */
  readonly run: (args: ArgsOf<S>, ctx: Context<V>) => MaybePromise<R | ToolReply>
}

/** A tool as a plain value: named `N`, given `I`, giving `R`, run with the vars `V`. */
export interface Tool<N extends string = string, I = unknown, R = unknown, V = never>
  extends Described {
  readonly kind: 'tool'
  readonly name: N
  readonly input?: InputSchema
  readonly output?: InputSchema
  readonly hints?: ToolHints
  readonly task?: AsTask<never, never>
  readonly uses: readonly Use[]
  readonly run: (args: never, ctx: never) => unknown
  /** Types only. */
  readonly '~io'?: { readonly input: I; readonly output: R; readonly needs: (vars: V) => void }
}

/** Defines a tool whose input, output and `run` share their types. */
export function tool<const N extends string, S extends InputSchema = NoInput, R = unknown, O = R>(
  spec: ToolSpec<N, S, R, O, Empty>,
): Tool<N, GivenOf<S>, O, Empty> {
  return { ...spec, kind: 'tool', uses: [] }
}
