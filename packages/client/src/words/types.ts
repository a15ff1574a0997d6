import type { Params } from '@lutra/core'
import type { CallOptions } from '../options.ts'
import type { PromptResult } from './prompt-result.ts'
import type { ToolResult } from './tool-result.ts'

/** What a server's type says of it, read by shape: its own package is never needed here. */
interface Types<T, P, M> {
  readonly tools: T
  readonly prompts: P
  readonly mounts: M
}

type TypesOf<S> = S extends { readonly '~types'?: infer X }
  ? NonNullable<X> extends Types<infer T, infer P, infer M>
    ? unknown extends T
      ? never
      : Types<T, P, M>
    : never
  : never

type None = Record<never, never>
type Args<I> = None extends I ? [args?: I, options?: CallOptions] : [args: I, options?: CallOptions]
// How a tool or a prompt carries the types of its input and output.
type Input<X> = X extends { readonly '~io'?: infer T }
  ? NonNullable<T> extends { readonly input: infer I }
    ? I
    : Params
  : Params
type Output<X> = X extends { readonly '~io'?: infer T }
  ? NonNullable<T> extends { readonly output: infer O }
    ? O
    : unknown
  : unknown

/** How one tool is called. */
export type ToolCall<X> = (...args: Args<Input<X>>) => Promise<ToolResult<Output<X>>>

/** How one prompt is rendered. */
export type PromptCall<X> = (...args: Args<Input<X>>) => Promise<PromptResult>

type AnyToolCall = (args?: Params, options?: CallOptions) => Promise<ToolResult>
type AnyPromptCall = (
  args?: Readonly<Record<string, string>>,
  options?: CallOptions,
) => Promise<PromptResult>

/** The tools of a server by name, mounted servers below theirs; of an unknown server, any name. */
export type ToolCalls<S> = [TypesOf<S>] extends [never]
  ? Readonly<Record<string, AnyToolCall>>
  : { readonly [K in keyof TypesOf<S>['tools']]: ToolCall<TypesOf<S>['tools'][K]> } & {
      readonly [K in keyof TypesOf<S>['mounts']]: ToolCalls<TypesOf<S>['mounts'][K]>
    }

/** The prompts of a server by name, as {@link ToolCalls} has its tools. */
export type PromptCalls<S> = [TypesOf<S>] extends [never]
  ? Readonly<Record<string, AnyPromptCall>>
  : { readonly [K in keyof TypesOf<S>['prompts']]: PromptCall<TypesOf<S>['prompts'][K]> } & {
      readonly [K in keyof TypesOf<S>['mounts']]: PromptCalls<TypesOf<S>['mounts'][K]>
    }

/** The tools of a server and of those mounted on it, by their names on the wire. */
export type Flat<S, Prefix extends string = ''> = {
  [K in keyof TypesOf<S>['tools'] & string as `${Prefix}${K}`]: TypesOf<S>['tools'][K]
} & Merged<
  {
    [K in keyof TypesOf<S>['mounts'] & string]: Flat<TypesOf<S>['mounts'][K], `${Prefix}${K}_`>
  }[keyof TypesOf<S>['mounts'] & string]
>

type Merged<U> = [U] extends [never]
  ? unknown
  : (U extends unknown ? (part: U) => void : never) extends (all: infer A) => void
    ? A
    : never

/** Calls a tool by its name on the wire. */
export type CallByName<S> = [TypesOf<S>] extends [never]
  ? (name: string, args?: Params, options?: CallOptions) => Promise<ToolResult>
  : <N extends keyof Flat<S> & string>(
      name: N,
      ...args: Parameters<ToolCall<Flat<S>[N]>>
    ) => ReturnType<ToolCall<Flat<S>[N]>>
