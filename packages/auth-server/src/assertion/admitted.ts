import { type JWTPayload, errors as jose } from 'jose'
import { errors } from 'oidc-provider'

/** A JWT that somebody wants a token for; nothing in `claimed` is proven. */
export interface AssertionRequest {
  readonly assertion: string
  readonly claimed: JWTPayload
  readonly clientId: string
}

/** For whom a token is issued. */
export interface Admitted {
  /** A user; undefined for the client itself. */
  readonly subject: string | undefined
  /** The resource that the assertion is for, where it names one. */
  readonly resource: string | undefined
  /** What it allows at most, where it says so. */
  readonly scopes: readonly string[] | undefined
  /** Uses it up, where it is good for one use. */
  spend(): Promise<void>
}

/** Says what is wrong with an assertion, to a client, without any of it. */
export function invalidGrant(why: string, cause?: unknown): errors.InvalidGrant {
  const error_description = `the assertion is refused: ${why}`
  return Object.assign(new errors.InvalidGrant(), { error_description, cause })
}

/** Tells a JWT that is no good from keys that cannot be had now. */
export async function verifying<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (cause) {
    if (cause instanceof jose.JWKSTimeout || !(cause instanceof jose.JOSEError))
      throw unavailable(cause)
    throw invalidGrant(reason(cause), cause)
  }
}

function reason(cause: jose.JOSEError): string {
  if (cause instanceof jose.JWTExpired) return 'it has expired'
  if (cause instanceof jose.JWTClaimValidationFailed) return `its ${cause.claim} is wrong`
  if (cause instanceof jose.JOSEAlgNotAllowed) return 'its algorithm is not allowed'
  return 'its signature does not hold'
}

function unavailable(cause: unknown): errors.TemporarilyUnavailable {
  const why = 'the keys of the issuer cannot be had now'
  return Object.assign(new errors.TemporarilyUnavailable(why), {
    cause,
    status: 503,
    statusCode: 503,
  })
}
