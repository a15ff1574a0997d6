import { UsageError } from '../errors.ts'

/** Refuses words that a command does not know what to do with. */
export function noMore(rest: readonly string[]): void {
  if (rest.length > 0) throw new UsageError(`Unexpected ${JSON.stringify(rest[0])}`)
}
