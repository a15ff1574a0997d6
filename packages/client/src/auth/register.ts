import type { Registration } from './credentials.ts'
import type { Need } from './grant.ts'
import type { ClientIdentity } from './options.ts'

/** The registration of this client at an authorization server: held, given, by document, made now, or asked for, in this order. */
export function registrationOf(
  _need: Need,
  _identity: ClientIdentity,
  _redirectUris: readonly string[],
): Promise<Registration> {
  throw new TypeError('Not built yet')
}
