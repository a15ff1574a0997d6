import { ErrorCode, RpcError } from './error.ts'

/** Reads JSON that came from a peer; throws `RpcError` -32700 where it is none, or nests deeper than `maxDepth`. */
export function parseJson(text: string, maxDepth: number = defaultMaxDepth): unknown {
  // Nobody needs to look into what is too short to be deep.
  if (text.length > maxDepth * 2 && jsonDepth(text, maxDepth) > maxDepth) {
    throw parseError(`the JSON nests deeper than ${maxDepth}`)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw parseError('not JSON', cause)
  }
}

/** Says why a message could not be read at all. */
export function parseError(what: string, cause?: unknown): RpcError {
  return new RpcError(`Parse error: ${what}`, { code: ErrorCode.parse, cause })
}

/** Far deeper than messages are, and far from what overflows a stack. */
export const defaultMaxDepth = 128

/** How deep the objects and arrays of a JSON text nest; stops counting beyond `max`. A text that is no JSON gives any number. */
function jsonDepth(text: string, max: number): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
    } else if (code === openBrace || code === openBracket) {
      if (++depth > deepest) deepest = depth
      if (depth > max) return depth
    } else if (code === closeBrace || code === closeBracket) {
      depth--
    }
  }
  return deepest
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** Where the string that opens at `start` closes; jumps from quote to quote. */
function endOfString(text: string, start: number): number {
  for (let at = start; ; ) {
    at = text.indexOf('"', at + 1)
    if (at < 0) return text.length
    let before = at - 1
    while (text.charCodeAt(before) === backslash) before--
    if ((at - before) % 2 === 1) return at
  }
}
