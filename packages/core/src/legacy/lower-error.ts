/** Error codes across the eras. See /specification/2025-11-25/server/resources#error-handling */
import { ErrorCode, RpcError } from '../error.ts'
import { isObject } from '../message.ts'
import { LegacyErrorCode } from './lift-result.ts'

/** The same error with a code that a legacy client knows. */
export function lowerError(error: RpcError, method: string): RpcError {
  const code = legacyCodeOf(error, method)
  if (code === error.code) return error
  return new RpcError(error.message, { code, data: error.data, cause: error })
}

/** A page that a person must have visited before a request can be served. */
export interface RequiredElicitation {
  readonly mode: 'url'
  readonly elicitationId: string
  readonly url: string
  readonly message: string
}

/** Tells a 2025-11-25 client that cannot be asked in the middle of its request where to send the person before it tries again. */
export function urlElicitationRequired(elicitations: readonly RequiredElicitation[]): RpcError {
  return new RpcError(elicitations.map(({ message }) => message).join('\n'), {
    code: LegacyErrorCode.urlElicitationRequired,
    data: { elicitations },
  })
}

/** The pages that an error asks to visit first, or undefined where it asks for none. */
export function requiredElicitations(error: RpcError): readonly RequiredElicitation[] | undefined {
  if (error.code !== LegacyErrorCode.urlElicitationRequired || !isObject(error.data))
    return undefined
  const { elicitations } = error.data
  if (!Array.isArray(elicitations)) return undefined
  const pages = elicitations.filter(isRequiredElicitation)
  return pages.length === 0 ? undefined : pages
}

function isRequiredElicitation(value: unknown): value is RequiredElicitation {
  return (
    isObject(value) &&
    typeof value['url'] === 'string' &&
    typeof value['elicitationId'] === 'string' &&
    typeof value['message'] === 'string'
  )
}

/** A resource that is not there says which in its data; other bad params do not. */
function legacyCodeOf({ code, data }: RpcError, method: string): number {
  if (code === ErrorCode.invalidParams && method === 'resources/read' && isObject(data)) {
    return typeof data['uri'] === 'string' ? LegacyErrorCode.resourceNotFound : code
  }
  return modernOnly.has(code) ? ErrorCode.invalidRequest : code
}

const modernOnly: ReadonlySet<number> = new Set([
  ErrorCode.headerMismatch,
  ErrorCode.missingCapability,
  ErrorCode.unsupportedVersion,
])
