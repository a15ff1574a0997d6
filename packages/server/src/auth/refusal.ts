/** What keeps a token from being taken. */

/** A token is not good. The message reaches the caller: it must be words of ours alone. `detail` is for the operator. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken'
  readonly detail: string | undefined

  constructor(message: string, { detail, cause }: { detail?: string; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.detail = detail
  }
}

/** Nobody can say whether a token is good: its issuer cannot be reached, or answers nonsense. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
