/** The command line is wrong. Nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The target could not be reached, started or loaded. `cause` says why. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
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
