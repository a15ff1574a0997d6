/** The shapes that several methods share. See /specification/2026-07-28/schema */
import type { TaskSupport, taskSupport } from './journal.ts'

export type LogLevel = (typeof logLevels)[number]

/** Severities from the least to the most. */
export const logLevels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const

/** Settings of extensions by their identifier; absent means off. */
export type Extensions = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What a client can do for a server, declared on each request. An open set. */
export interface ClientCapabilities {
  readonly experimental?: Readonly<Record<string, unknown>>
  /** @deprecated Roots go with SEP-2577, at the earliest on 2027-07-28: take paths as tool arguments. */
  readonly roots?: Readonly<Record<string, unknown>>
  /** @deprecated Sampling goes with SEP-2577, at the earliest on 2027-07-28: call a model's API from the server. */
  readonly sampling?: { readonly context?: object; readonly tools?: object }
  readonly elicitation?: { readonly form?: object; readonly url?: object }
  readonly extensions?: Extensions
  readonly [other: string]: unknown
}

/** What a server offers, told by `server/discover`. An open set. */
export interface ServerCapabilities {
  readonly experimental?: Readonly<Record<string, unknown>>
  /** @deprecated Logging goes with SEP-2577, at the earliest on 2027-07-28. */
  readonly logging?: Readonly<Record<string, unknown>>
  readonly completions?: Readonly<Record<string, unknown>>
  readonly prompts?: { readonly listChanged?: boolean }
  readonly resources?: { readonly subscribe?: boolean; readonly listChanged?: boolean }
  readonly tools?: { readonly listChanged?: boolean }
  readonly extensions?: Extensions
  readonly [other: string]: unknown
}

export interface Icon {
  readonly src: string
  readonly mimeType?: string
  readonly sizes?: readonly string[]
  readonly theme?: 'light' | 'dark'
}

/** Who a client or a server is. For display: no behaviour may depend on it. */
export interface Implementation {
  readonly name: string
  readonly version: string
  readonly title?: string
  readonly description?: string
  readonly websiteUrl?: string
  readonly icons?: readonly Icon[]
}

export interface Annotations {
  readonly audience?: readonly ('user' | 'assistant')[]
  /** From 0, least, to 1, most important. */
  readonly priority?: number
  /** ISO 8601. */
  readonly lastModified?: string
}

interface Block {
  readonly annotations?: Annotations
  readonly _meta?: Readonly<Record<string, unknown>>
}

export interface TextContent extends Block {
  readonly type: 'text'
  readonly text: string
}

export interface ImageContent extends Block {
  readonly type: 'image'
  /** Base64. */
  readonly data: string
  readonly mimeType: string
}

export interface AudioContent extends Block {
  readonly type: 'audio'
  /** Base64. */
  readonly data: string
  readonly mimeType: string
}

export interface ResourceLink extends ResourceDescription {
  readonly type: 'resource_link'
}

export interface EmbeddedResource extends Block {
  readonly type: 'resource'
  readonly resource: ResourceContents
}

export type ContentBlock =
  | TextContent
  | ImageContent
  | AudioContent
  | ResourceLink
  | EmbeddedResource

export type ResourceContents = {
  readonly uri: string
  readonly mimeType?: string
  readonly _meta?: Readonly<Record<string, unknown>>
} & ({ readonly text: string } | { readonly blob: string })

export interface ResourceDescription extends Block {
  readonly uri: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
  /** Bytes. */
  readonly size?: number
  readonly icons?: readonly Icon[]
}

export interface ResourceTemplateDescription extends Block {
  readonly uriTemplate: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
  readonly icons?: readonly Icon[]
}

/** Hints about a tool's behaviour, as they stand on the wire. Untrusted unless the server is trusted. */
export interface ToolAnnotations {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

/** A tool as `tools/list` describes it. */
export interface ToolDescription {
  readonly [taskSupport]?: TaskSupport
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly outputSchema?: Readonly<Record<string, unknown>>
  readonly annotations?: ToolAnnotations
  readonly icons?: readonly Icon[]
  readonly _meta?: Readonly<Record<string, unknown>>
}

export interface PromptArgument {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly required?: boolean
}

export interface PromptDescription {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly arguments?: readonly PromptArgument[]
  readonly icons?: readonly Icon[]
  readonly _meta?: Readonly<Record<string, unknown>>
}

export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly content: ContentBlock
}

/** Who may reuse a cached result: any caller, or only the one that got it. */
export type CacheScope = 'public' | 'private'

export interface CacheHints {
  /** Milliseconds for which a result stays fresh; 0 is stale at once. */
  readonly ttlMs: number
  readonly cacheScope: CacheScope
}

/** What a person answered to an elicitation. */
export type ElicitResult =
  | { readonly action: 'accept'; readonly content?: Readonly<Record<string, ElicitValue>> }
  | { readonly action: 'decline' | 'cancel' }

export type ElicitValue = string | number | boolean | readonly string[]

/** @deprecated Roots go with SEP-2577. */
export interface Root {
  /** A `file://` URI. */
  readonly uri: string
  readonly name?: string
  readonly _meta?: Readonly<Record<string, unknown>>
}
