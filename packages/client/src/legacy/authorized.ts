import type { Authorized } from '../http/authorizer.ts'

/** Options of a connection that was made ready for authorization before it was known to be of this era. */
export interface AuthorizedOptions {
  readonly authorized?: Authorized | undefined
}
