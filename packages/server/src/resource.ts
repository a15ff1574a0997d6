/** Resources: what a client may read. See /specification/2026-07-28/server/resources */
import type {
  Annotations,
  CacheHints,
  InputRequiredResult,
  ResourceContents,
  ResourceDescription,
} from '@lutra/core'
import type { Completers } from './completer.ts'
import type { Context } from './context.ts'
import type { Described, Empty, MaybePromise, Simplify } from './definition.ts'
import type { Use } from './use.ts'

/** What `read` may return beside plain data. */
export type ResourceReply =
  | string
  | Uint8Array
  | ResourceContents
  | readonly ResourceContents[]
  | InputRequiredResult
  | undefined
  | null

/** What {@link resource} takes. */
export interface ResourceSpec<U extends string, R, V> extends Described {
  /** A URI, or an RFC 6570 template such as `user://{org}/{id}`. */
  readonly uri: U
  /** Its programmatic name; the URI where none is given. */
  readonly name?: string
  readonly mimeType?: string
  /** Bytes, where known. */
  readonly size?: number
  readonly annotations?: Annotations
  /** For how long, and by whom, what was read may be kept. */
  readonly cache?: Partial<CacheHints>
  /**
   * Reads it. A string goes out as text, bytes as base64, other values as JSON, whole contents as they are;
   * undefined or null says that there is no such resource.
   */
  readonly read: (params: ParamsOf<U>, ctx: Context<V>) => MaybePromise<R | ResourceReply>
  /** The instances of a template that `resources/list` shows. */
  readonly list?: (ctx: Context<V>) => MaybePromise<readonly ListedResource[]>
  /** Suggestions for the parameters of a template. */
  readonly complete?: Completers<keyof ParamsOf<U> & string>
}

/** An instance of a template: named by its URI where it has no name. */
export type ListedResource = Omit<ResourceDescription, 'name'> & { readonly name?: string }

/** A resource or resource template as a plain value. */
export interface Resource<U extends string = string, P = unknown, R = unknown> extends Described {
  readonly kind: 'resource'
  readonly uri: U
  readonly name?: string
  readonly mimeType?: string
  readonly size?: number
  readonly annotations?: Annotations
  readonly cache?: Partial<CacheHints>
  readonly uses: readonly Use[]
  readonly read: (params: never, ctx: never) => unknown
  readonly list?: (ctx: never) => MaybePromise<readonly ListedResource[]>
  readonly complete?: Completers<string>
  /** Types only. */
  readonly '~io'?: { readonly params: P; readonly output: R }
}

/** Defines a resource, or with a URI template many of them; the parameters of `read` are typed from the template. */
export function resource<const U extends string, R>(
  spec: ResourceSpec<U, R, Empty>,
): Resource<U, ParamsOf<U>, R> {
  return { ...spec, kind: 'resource', uses: [] }
}

/** The parameters of a URI template, by name: those of a query may be absent, exploded ones are lists. */
export type ParamsOf<U extends string> = string extends U
  ? Readonly<Record<string, string | readonly string[] | undefined>>
  : Simplify<Named<U>>

type Named<U extends string> = U extends `${string}{${infer E}}${infer Rest}`
  ? OfExpression<E> & Named<Rest>
  : Empty

type OfExpression<E extends string> = E extends `${'?' | '&'}${infer List}`
  ? Partial<OfList<List>>
  : E extends `${'+' | '#' | '.' | '/' | ';'}${infer List}`
    ? OfList<List>
    : OfList<E>

type OfList<L extends string> = L extends `${infer First},${infer Rest}`
  ? OfVariable<First> & OfList<Rest>
  : OfVariable<L>

type OfVariable<V extends string> = V extends `${infer Name}*`
  ? { readonly [K in Name]: readonly string[] }
  : V extends `${infer Name}:${string}`
    ? { readonly [K in Name]: string }
    : { readonly [K in V]: string }
