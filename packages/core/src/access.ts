/** Who may use what. See /specification/2026-07-28/basic/authorization#runtime-insufficient-scope-errors */
import type { Call } from './call.ts'
import { ErrorCode, RpcError } from './error.ts'

const brand: unique symbol = Symbol.for('lutra.ScopeError') as never

/** A call needs scopes that its token does not have. Over HTTP it is answered by 403 and a challenge that names them all. See /specification/2026-07-28/basic/authorization#runtime-insufficient-scope-errors */
export class ScopeError extends RpcError {
  /** Every scope that the call needs, those that the token has among them. */
  readonly scopes: readonly string[]

  constructor(message: string, scopes: readonly string[]) {
    super(message, { code: ErrorCode.invalidRequest, data: { scopes } })
    this.scopes = scopes
  }

  get [brand](): true {
    return true
  }
}

/** Whether an error is a {@link ScopeError}, also one of another copy of this package. */
export function isScopeError(error: unknown): error is ScopeError {
  return error instanceof Error && brand in error
}

/** Who asks: a call, or what of one says so. */
export type Asker = Pick<Call, 'auth' | 'header'>

/**
 * Whether a caller has all of these scopes. Where there are no HTTP headers, nobody but the user of the process can be at
 * the other end, who needs none.
 */
export function mayUse({ auth, header }: Asker, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return true
  if (!auth) return header === undefined
  return scopes.every((scope) => auth.scopes.includes(scope))
}

/** Lets a caller pass that has all of these scopes; throws `ScopeError` for any other, naming all of them. */
export function assertScopes(asker: Asker, scopes: readonly string[], owner: string): void {
  if (mayUse(asker, scopes)) return
  if (!asker.auth) throw unguarded(owner, scopes)
  throw new ScopeError(`The scopes of this token are not enough: ${owner} needs ${words(scopes)}`, [
    ...scopes,
  ])
}

// A plain error: the caller learns nothing, and the operator reads what is wrong with the server.
function unguarded(owner: string, scopes: readonly string[]): Error {
  return new Error(
    `${owner} needs ${words(scopes)}, and nobody was authenticated: over HTTP it stays shut until the door is given auth: bearer({ … })`,
  )
}

function words(scopes: readonly string[]): string {
  return scopes.map((scope) => `"${scope}"`).join(', ')
}
