/** From what a resource's `read` returns to the contents that its reader gets. */
import { isObject, type ResourceContents } from '@lutra/core'
import { base64 } from '../content.ts'

/** Where the contents belong. */
export interface ContentsOf {
  readonly uri: string
  readonly mimeType: string | undefined
}

/** Throws `TypeError` where a value is none that JSON can hold. */
export function toContents(
  value: unknown,
  { uri, mimeType }: ContentsOf,
): readonly ResourceContents[] {
  if (typeof value === 'string') return [{ uri, mimeType: mimeType ?? 'text/plain', text: value }]
  if (value instanceof Uint8Array) {
    return [{ uri, mimeType: mimeType ?? 'application/octet-stream', blob: base64(value) }]
  }
  if (isContents(value)) return [value]
  if (Array.isArray(value) && value.length > 0 && value.every(isContents)) return value
  if (isObject(value) && isWhole(value['contents']) && Object.keys(value).length === 1) {
    return value['contents']
  }
  return [{ uri, mimeType: mimeType ?? 'application/json', text: encode(value, uri) }]
}

function isWhole(value: unknown): value is readonly ResourceContents[] {
  return Array.isArray(value) && value.length > 0 && value.every(isContents)
}

function isContents(value: unknown): value is ResourceContents {
  if (!isObject(value) || typeof value['uri'] !== 'string') return false
  return typeof value['text'] === 'string' || typeof value['blob'] === 'string'
}

function encode(value: unknown, uri: string): string {
  let json: string | undefined
  try {
    json = JSON.stringify(value)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`Resource "${uri}" gave what JSON cannot hold: ${why}`, { cause })
  }
  if (json !== undefined) return json
  throw new TypeError(`Resource "${uri}" gave what JSON cannot hold: a ${typeof value}`)
}
