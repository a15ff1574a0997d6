/** What every engine of a `Store` or `Bus` takes, and refuses in the same words. */
import { StoreError } from './store-error.ts'

/** Bytes that a key may have in UTF-8. */
const maxKeyBytes = 1024
/** Three thousand years. */
const mostTtlMs = 1e14
/** Bytes that a value may have as JSON. */
const maxValueBytes = 16 * 1024 * 1024

/** A key that every engine can hold; throws `StoreError` where it is none. */
export function checkKey(key: string): string {
  if (key === '' || key.includes('\0') || !key.isWellFormed()) {
    throw invalid('Expected a key of well-formed text without U+0000')
  }
  if (isLonger(key, maxKeyBytes)) throw invalid(`Expected a key of at most ${maxKeyBytes} bytes`)
  return key
}

/** A time to live that every engine can count; throws `StoreError` where it is none. What is not positive is over at once. */
export function checkTtl(ttlMs: number | undefined): number | undefined {
  if (ttlMs === undefined || Number.isFinite(ttlMs)) {
    return ttlMs && Math.min(Math.max(0, ttlMs), mostTtlMs)
  }
  throw invalid(`Expected ttlMs to be a number of milliseconds: ${ttlMs}`)
}

/** A value as JSON; throws `StoreError` where it has none or is too large. */
export function encodeValue(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw invalid('Expected a value that JSON can hold', cause)
  }
  if (text === undefined) throw invalid('Expected a value that JSON can hold')
  if (isLonger(text, maxValueBytes)) {
    throw invalid(`Expected a value of at most ${maxValueBytes} bytes of JSON`)
  }
  return text
}

function isLonger(text: string, max: number): boolean {
  // A unit of text takes three bytes at most: short texts need no counting.
  return text.length * 3 > max && new TextEncoder().encode(text).length > max
}

function invalid(message: string, cause?: unknown): StoreError {
  return new StoreError(message, { code: 'invalid', cause })
}
