import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'
import { AuthError, type AuthErrorCode } from './auth-error.ts'

/** The error code of OAuth that a server refused with, if it is such a refusal. */
export function refusalCode(error: unknown): string | undefined {
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    return /^[\w.:-]{1,64}$/.test(error.error) ? error.error : 'an error without a proper code'
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    return /^[\w.:-]{1,64}$/.exec(error.cause[0]?.parameters.error ?? '')?.[0] ?? 'invalid_client'
  }
  return undefined
}

/** What was tried, where, and what helps where it is refused for a reason that is not known better. */
export interface Attempt {
  readonly issuer: string
  readonly doing: string
  readonly advice?: string
}

/**
 * What went wrong between us and `issuer`, as an `AuthError` that holds nothing of what was sent or received but the error's code and
 * words: the errors of the library keep whole answers as their causes, and those may hold tokens.
 */
export function failure(error: unknown, { issuer, doing, advice }: Attempt): Error {
  if (error instanceof AuthError || isAbort(error)) return error
  const code = refusalCode(error)
  if (code !== undefined) {
    const message = `${issuer} refused ${doing}: ${code}${wordsOf(error)}${adviceFor(code, advice)}`
    return new AuthError(kinds.get(code) ?? 'authorization', message)
  }
  if (error instanceof OperationProcessingError || error instanceof UnsupportedOperationError) {
    return new AuthError('token', `${issuer} answered wrongly to ${doing}: ${error.message}`)
  }
  return new AuthError('token', `${doing} failed at ${issuer}`, { cause: error })
}

const kinds = new Map<string, AuthErrorCode>([
  ['invalid_scope', 'scope'],
  ['insufficient_scope', 'scope'],
])

const advices = new Map([
  ['invalid_client', 'check the client id and what it authenticates with'],
  ['unauthorized_client', 'the client has to be allowed to use this grant there'],
  ['unsupported_grant_type', 'the server does not offer this way in'],
  ['invalid_scope', 'ask for other scopes, or have these allowed for the client'],
  ['invalid_target', 'the resource has to be known to the authorization server'],
])

function adviceFor(code: string, advice = advices.get(code)): string {
  const words = code === 'invalid_client' ? advices.get(code) : advice
  return words === undefined ? '' : ` — ${words}`
}

/** The words of the server, without what might be a token that it repeats. */
function wordsOf(error: unknown): string {
  const words = (error as { error_description?: unknown }).error_description
  if (typeof words !== 'string' || words === '') return ''
  const plain = words
    .slice(0, 300)
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/[\w+/=.~-]{32,}/g, '…')
  return ` (${plain})`
}

function isAbort(error: unknown): error is Error {
  return error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name)
}
