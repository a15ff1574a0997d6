import { parseJson } from '@lutra/core'
import { InvalidResponseError } from './error.ts'

/**
 * Reads JSON that a server sent; throws `InvalidResponseError` where it is none, or nests so deep that what works on it by
 * recursion, here or in the caller's code, would overflow the stack.
 */
export function readJson(text: string): unknown {
  try {
    return parseJson(text, maxDepth)
  } catch (cause) {
    const deep = (cause as Error).message.includes('deeper')
    const what = deep ? `JSON that nests deeper than ${maxDepth}` : 'something that is not JSON'
    throw new InvalidResponseError(`The server sent ${what}`, { cause })
  }
}

const maxDepth = 1000
