/** Getting in has failed: which step, on whose side, and what to do is in the message. Never holds a secret, a code or a token. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  /** With `interaction_required`: where to send the person. */
  readonly url?: URL

  constructor(
    code: AuthErrorCode,
    message: string,
    { cause, url }: { readonly cause?: unknown; readonly url?: URL } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    if (url) this.url = url
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
