/** Pages of lists. See /specification/2026-07-28/server/utilities/pagination */
import { invalidParams } from './error.ts'

/** A cursor that says after which item the next page starts: plain, so use it where an item's key is no secret. */
export function encodeCursor(key: string): string {
  const bytes = new TextEncoder().encode(`${form}${key}`)
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The key in a cursor of {@link encodeCursor}; throws `RpcError` -32602 for any other text. */
export function decodeCursor(cursor: string): string {
  if (cursor.length > maxLength || !/^[\w-]+$/.test(cursor)) throw invalidCursor()
  const key = decode(cursor)
  // Only the one text that was handed out is taken, not others that decode to the same.
  if (key === undefined || encodeCursor(key) !== cursor) throw invalidCursor()
  return key
}

/** The `cursor` of a list request, undefined on the first page; an empty one is a cursor too. */
export function readCursor(params: Readonly<Record<string, unknown>>): string | undefined {
  const { cursor } = params
  if (cursor === undefined || typeof cursor === 'string') return cursor
  throw invalidParams('Invalid params: expected "cursor" to be a string')
}

/** What a page is cut from. */
export interface PageOptions<T> {
  /** The key of the last item of the page before; undefined for the first page. */
  readonly after: string | undefined
  readonly size: number
  readonly keyOf: (item: T) => string
}

export interface Page<T> {
  readonly items: readonly T[]
  /** The key after which there is more. */
  readonly next?: string
}

/** Cuts one page out of a list in a fixed order; throws `RpcError` -32602 where the cursor's item is gone. */
export function pageOf<T>(all: readonly T[], { after, size, keyOf }: PageOptions<T>): Page<T> {
  const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item) === after) + 1
  if (start === 0 && after !== undefined) throw invalidCursor()
  const items = all.slice(start, start + size)
  const last = items.at(-1)
  if (last === undefined || start + size >= all.length) return { items }
  return { items, next: keyOf(last) }
}

/** Says that a cursor was not made by this server, or no longer holds: the caller starts again from the first page. */
export function invalidCursor() {
  return invalidParams('Invalid cursor: start again without one')
}

const form = 'after:'
const maxLength = 16_384

function decode(cursor: string): string | undefined {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.startsWith(form) ? text.slice(form.length) : undefined
  } catch {
    return undefined
  }
}
