/** ID tokens tell a client who signed in; they open nothing. See OpenID Connect Core, section 2 */
import type { Claims } from './options.ts'

/** Whether a JWT is an ID token, as far as that can be told. */
export function isIdToken(typ: string, claims: Claims): boolean {
  // RFC 9068 exists so that this question need not be asked.
  if (typ === 'at+jwt') return false
  // As Amazon Cognito and Keycloak say it.
  if (claims['token_use'] === 'id' || claims['typ'] === 'ID') return true
  if (['at_hash', 'c_hash', 's_hash'].some((name) => claims[name] !== undefined)) return true
  // Some put the nonce of the sign-in into access tokens too, which have scopes or a client besides.
  return claims['nonce'] !== undefined && !ofAccess.some((name) => claims[name] !== undefined)
}

const ofAccess = ['scope', 'scp', 'client_id', 'typ', 'token_use', 'permissions']
