import { ErrorCode, RpcError } from '@lutra/core'

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
