/**
 * `unavailable`: the engine cannot be reached now, and comes back by itself. `full`: it has no room. `invalid`: a key or value that no
 * engine takes. `unreadable`: a secret that cannot be decrypted, as its key is not among those that the engine was opened with.
 */
export type StoreErrorCode = 'unavailable' | 'full' | 'invalid' | 'unreadable'

/** A store or a bus could not do what it was asked. Never holds a value. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(message: string, { code, cause }: { code: StoreErrorCode; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
