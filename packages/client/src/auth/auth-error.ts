/** Getting in has failed: which step, on whose side, and what to do is in the message. Never holds a secret, a code or a token. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode

  constructor(code: AuthErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** Where it failed. */
export type AuthErrorCode =
  | 'discovery'
  | 'registration'
  | 'authorization'
  | 'token'
  | 'scope'
  | 'unsafe_url'
  | 'interaction_required'
  | 'cancelled'
  | 'store'
