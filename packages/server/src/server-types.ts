/** The types of `createServer`: what it takes, what it gives, and what its type remembers for clients. */
import type {
  Bus,
  CacheHints,
  Extension,
  Handler,
  Icon,
  Implementation,
  Middleware,
  OnError,
  Store,
} from '@lutra/core'
import type { Keys } from '@lutra/core/seal'
import type { AskingSettings } from './ask/asking.ts'
import type { Empty } from './definition.ts'
import type { Prompt } from './prompt.ts'
import type { Resource } from './resource.ts'
import type { Tool } from './tool.ts'

export type AnyTool = Tool
export type AnyPrompt = Prompt
export type AnyResource = Resource
/** One tool, resource or prompt. */
export type Definition = AnyTool | AnyResource | AnyPrompt

/** Several definitions: a list, or a record whose keys do not matter. */
export type Several<D> = readonly D[] | Readonly<Record<string, D>>

/** Definitions by the name that they have on the wire. */
export type ByName<T> = T extends readonly (infer E)[]
  ? { [K in E as K extends { readonly name: infer N extends string } ? N : never]: K }
  : { [K in keyof T as T[K] extends { readonly name: infer N extends string } ? N : never]: T[K] }

/** Servers under a name prefix. */
export type Mounts = Readonly<Record<string, Server>>

/** Methods whose results say how long they may be kept. */
export type CachedMethod =
  | 'server/discover'
  | 'tools/list'
  | 'prompts/list'
  | 'resources/list'
  | 'resources/templates/list'
  | 'resources/read'

/** Bounds on what callers can make a server hold or send. */
export interface Limits {
  /** `subscriptions/listen` calls open at once (10,000). */
  readonly subscriptions: number
  /** Resource URIs that one of them may name (1,000). */
  readonly urisPerSubscription: number
  /** Characters of the requests of all of them together (64 Mi); each may have one in 64 of these. */
  readonly subscriptionsLength: number
  /** Progress notifications and log messages of one call in a second, each (100). */
  readonly notificationsPerSecond: number
  /** Characters of a URI that is matched against templates (8,192). */
  readonly uriLength: number
}

/** Where a server tells what its operator should know. `console` fits. */
export interface Logger {
  warn(message: string): void
  error(message: string, cause?: unknown): void
}

/** What {@link createServer} takes. */
export interface ServerOptions<
  T extends Several<AnyTool> = Several<AnyTool>,
  P extends Several<AnyPrompt> = Several<AnyPrompt>,
  M extends Mounts = Mounts,
> {
  readonly name: string
  readonly version: string
  readonly title?: string
  readonly description?: string
  readonly websiteUrl?: string
  readonly icons?: readonly Icon[]
  /** How to use the server as a whole, for the model. */
  readonly instructions?: string
  readonly tools?: T
  readonly resources?: Several<AnyResource>
  readonly prompts?: P
  /** Other servers, their tools and prompts under `key_name`. */
  readonly mount?: M
  /** Additions to the protocol; off until given here. */
  readonly extensions?: readonly Extension[]
  /** Around every call, the first one outermost. */
  readonly middleware?: readonly Middleware[]
  /** Secrets that seal what travels through clients: the same for all instances of the server, the newest first. */
  readonly keys?: Keys
  /** What must outlive a call. Memory where none is given: one process. */
  readonly store?: Store
  /** Carries changes between the instances of the server. Memory where none is given: one process. */
  readonly bus?: Bus
  /** How long, and by whom, results may be kept. Private and stale at once where nothing is said. */
  readonly cache?: Readonly<Partial<Record<CachedMethod, Partial<CacheHints>>>>
  /** Items in one page of a list; all of them where it is not given. */
  readonly pageSize?: number
  /** Encrypts cursors, for lists whose names must not be seen in them. */
  readonly sealCursors?: boolean
  /** Whether lists show callers what their scopes do not allow (false): calling it tells them which ones to get. */
  readonly listForbidden?: boolean
  /** How long the questions of `ctx.ask` may be answered, and how many there may be. */
  readonly asking?: AskingSettings
  /** Whether `ctx.log` sends anything (true). */
  readonly logging?: boolean
  /** Is told what callers only see as "Internal error" with an id. The logger where it is not given. */
  readonly onError?: OnError
  readonly logger?: Logger
  readonly limits?: Partial<Limits>
}

/** Tells the clients that listen, through the bus and therefore on every instance, that something has changed. */
export interface Notify {
  toolsChanged(): void
  promptsChanged(): void
  resourcesChanged(): void
  resourceUpdated(uri: string): void
}

/** What all instances of a server share: the store and the bus that it was given, if any. */
export interface Shared {
  readonly store?: Store | undefined
  readonly bus?: Bus | undefined
}

/** A compiled server: a handler with the parts that a door needs. Its type remembers its tools, prompts and mounts. */
export interface Server<T = unknown, P = unknown, M = unknown> extends Handler {
  /** Types only. */
  readonly '~types'?: { readonly tools: T; readonly prompts: P; readonly mounts: M }
  readonly info: Implementation
  readonly keys?: Keys | undefined
  readonly store: Store
  readonly bus: Bus
  /** What other instances have too; `store` and `bus` are memory where this has none. */
  readonly shared?: Shared
  readonly onError: OnError
  readonly notify: Notify
  /** Adds definitions and tells the clients that listen. */
  add(...definitions: readonly Definition[]): void
  /** Takes a definition away, a resource by its URI, and tells the clients that listen; says whether it was there. */
  remove(kind: Definition['kind'], name: string): boolean
  /** Ends open subscriptions with their result; other calls go on to their end. */
  close(): Promise<void>
}

/** What a door serves: any handler, with whatever of a server's parts it carries. */
export type Servable = Handler &
  Partial<Pick<Server, 'keys' | 'store' | 'bus' | 'shared' | 'onError' | 'info' | 'close'>>

/** The type of a server made from these options. */
export type ServerOf<T, P, M> = Server<ByName<T>, ByName<P>, unknown extends M ? Empty : M>
