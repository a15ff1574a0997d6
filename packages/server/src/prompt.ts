/** Prompts: templates of messages that people choose. See /specification/2026-07-28/server/prompts */
import type { ContentBlock, InputRequiredResult, PromptMessage, StandardSchema } from '@lutra/core'
import type { Completers } from './completer.ts'
import type { Context } from './context.ts'
import type {
  ArgsOf,
  Described,
  Empty,
  GivenOf,
  InputSchema,
  MaybePromise,
  NoInput,
} from './definition.ts'
import type { Use } from './use.ts'

/** What `render` may return: one user message as text or content, several messages, or these with a description. */
export type PromptReply =
  | string
  | ContentBlock
  | readonly (PromptMessage | SaidText)[]
  | { readonly description?: string; readonly messages: readonly (PromptMessage | SaidText)[] }
  | InputRequiredResult

/** A message that is only text. */
export interface SaidText {
  readonly role: 'user' | 'assistant'
  readonly text: string
}

/** What {@link prompt} takes. */
export interface PromptSpec<N extends string, S extends StandardSchema, V> extends Described {
  readonly name: N
  /** Its arguments: an object whose values arrive as strings, which the schema may turn into something else. */
  readonly input?: S
  readonly render: (args: ArgsOf<S>, ctx: Context<V>) => MaybePromise<PromptReply>
  /** Suggestions for the arguments; values of an `enum` are suggested without. */
  readonly complete?: Completers<keyof GivenOf<S> & string>
}

/** A prompt as a plain value. */
export interface Prompt<N extends string = string, I = unknown> extends Described {
  readonly kind: 'prompt'
  readonly name: N
  readonly input?: InputSchema
  readonly uses: readonly Use[]
  readonly render: (args: never, ctx: never) => unknown
  readonly complete?: Completers<string>
  /** Types only. */
  readonly '~io'?: { readonly input: I }
}

/** Defines a prompt whose arguments and `render` share their types. */
export function prompt<const N extends string, S extends StandardSchema = NoInput>(
  spec: PromptSpec<N, S, Empty>,
): Prompt<N, GivenOf<S>> {
  return { ...spec, kind: 'prompt', uses: [] }
}
