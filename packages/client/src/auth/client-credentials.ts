/** A program with credentials of its own. See the extension io.modelcontextprotocol/oauth-client-credentials. */
import type { WayIn } from '../http/authorizer.ts'
import { type ClientCredential, clientAuthOf } from './client-auth.ts'
import type { Grant } from './grant.ts'
import { programGrant, requestTokens } from './grant-request.ts'
import { oauth } from './oauth.ts'
import type { AuthOptions } from './options.ts'

/** Gets a program in by the credentials that it was registered with: a secret or, better, a private key. Nobody is ever asked. */
export function clientCredentials(credential: ClientCredential, options: AuthOptions = {}): WayIn {
  return oauth(clientCredentialsGrant(credential), options)
}

/** The grant of a program with its own credentials. */
export function clientCredentialsGrant(credential: ClientCredential): Grant {
  const { clientId } = credential
  if (!clientId) throw new TypeError('clientCredentials() needs the `clientId` of the program')
  if (!('privateKey' in credential) && !credential.clientSecret) {
    throw new TypeError('clientCredentials() needs a `clientSecret` or a `privateKey`')
  }
  const authFor = clientAuthOf(credential)
  const obtain: Grant['obtain'] = async (need) =>
    requestTokens(need, {
      clientId,
      auth: await authFor(need.authorizationServer),
      grantType: 'client_credentials',
      doing: `the client credentials of ${clientId}`,
    })
  return programGrant(obtain, [credential.issuer])
}
