/** Ends what is left of a run whose call has already been answered with questions. It is no failure: whatever catches it should throw it on. */
export class Suspended extends Error {
  override readonly name = 'Suspended'

  constructor(options?: { readonly cause: unknown }) {
    super(
      'This run of a handler has ended with questions to the caller. Await what asks at the same time together, with Promise.all.',
      options,
    )
  }
}

/** Whether what a handler caught only ends a run that asked: throw it on. */
export function isSuspended(error: unknown): boolean {
  return error instanceof Suspended
}
