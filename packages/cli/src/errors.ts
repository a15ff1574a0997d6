/** The command line is wrong. Nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The target could not be reached, started or loaded. `cause` says why. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
  /** What to do, where that is known apart from the message. */
  readonly hint: string | undefined

  constructor(
    message: string,
    { hint, ...options }: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options)
    this.hint = hint
  }
}

/** A server asked something that nobody was there to answer. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError'
}

/** A signal of the operating system ended the work. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  readonly by: 'SIGINT' | 'SIGTERM'

  constructor(by: 'SIGINT' | 'SIGTERM') {
    super(by === 'SIGINT' ? 'Interrupted' : 'Told to end')
    this.by = by
  }
}

/** The server wants to know who asks, and does not know it. `hint` says what to type. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError'
  readonly hint: string

  constructor(message: string, options: { readonly hint: string; readonly cause?: unknown }) {
    super(message, options)
    this.hint = options.hint
  }
}
