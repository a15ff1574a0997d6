import { AuthError } from './auth-error.ts'

/** Refuses, without showing it, a token that would break out of its header or out of bounds. */
export function assertHeaderToken(token: unknown): asserts token is string {
  if (typeof token !== 'string' || token === '') {
    throw new AuthError('token', 'The access token is empty, or no string')
  }
  if (token.length > maxLength || !/^[\x21-\x7e]+$/.test(token)) {
    const message = 'The access token is too long, or holds characters that no header may hold'
    throw new AuthError('token', message)
  }
}

const maxLength = 64 * 1024
