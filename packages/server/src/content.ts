/** Content for people and models. See /specification/2026-07-28/server/tools#tool-result */
import type {
  Annotations,
  AudioContent,
  ContentBlock,
  EmbeddedResource,
  ImageContent,
  ResourceContents,
  ResourceDescription,
  ResourceLink,
  TextContent,
} from '@lutra/core'
import type { JsonObject } from './definition.ts'

const made = Symbol('lutra.content')

/** A content block made by one of the helpers, which tells it from data that happens to look like one. */
export type Content<B extends ContentBlock = ContentBlock> = B & { readonly [made]?: true }

/** A tool's whole result, for who writes it by hand. */
export interface ToolResult {
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: unknown
  readonly isError?: boolean
  readonly _meta?: JsonObject
}

/** What every block may carry. */
export interface BlockOptions {
  readonly annotations?: Annotations
  readonly _meta?: JsonObject
}

/** Text as content. */
export function text(value: string, options: BlockOptions = {}): Content<TextContent> {
  return mark({ type: 'text', text: value, ...options })
}

/** A picture as content: bytes, or text that is base64 already. */
export function image(
  data: Uint8Array | string,
  mimeType: string,
  options: BlockOptions = {},
): Content<ImageContent> {
  return mark({ type: 'image', data: base64(data), mimeType, ...options })
}

/** Sound as content: bytes, or text that is base64 already. */
export function audio(
  data: Uint8Array | string,
  mimeType: string,
  options: BlockOptions = {},
): Content<AudioContent> {
  return mark({ type: 'audio', data: base64(data), mimeType, ...options })
}

/** A pointer to a resource, which a client may read; it need not be listed. */
export function link(resource: ResourceDescription): Content<ResourceLink> {
  return mark({ type: 'resource_link', ...resource })
}

/** A resource's contents, sent along. */
export function embed(
  resource: ResourceContents,
  options: BlockOptions = {},
): Content<EmbeddedResource> {
  return mark({ type: 'resource', resource, ...options })
}

/** Says in words for the model that a tool could not do its work: unlike any other error, its message is sent. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
}

/** Whether a value was made by a content helper. */
export function isContent(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && made in value
}

/** Bytes as base64, in slices that every runtime takes. */
export function base64(data: Uint8Array | string): string {
  if (typeof data === 'string') return data
  let binary = ''
  for (let at = 0; at < data.length; at += 8192) {
    binary += String.fromCharCode(...data.subarray(at, at + 8192))
  }
  return btoa(binary)
}

// Not enumerable: a copy by spread is plain data again, and no encoder meets the mark.
function mark<B extends ContentBlock>(block: B): Content<B> {
  return Object.defineProperty(block, made, { value: true })
}
