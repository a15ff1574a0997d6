import { auth0Facts } from './auth0.ts'
import { entraFacts } from './entra.ts'
import { githubFacts } from './github.ts'
import { googleFacts } from './google.ts'
import { keycloakFacts } from './keycloak.ts'
import { oktaFacts } from './okta.ts'
import type { Provider } from './provider.ts'
import { workosFacts } from './workos.ts'

/** The authorization servers that there is a function for, and what each of them cannot do. */
export const providers: readonly Provider[] = [
  auth0Facts,
  oktaFacts,
  entraFacts,
  keycloakFacts,
  workosFacts,
  googleFacts,
  githubFacts,
]

/** The kind of authorization server that an issuer is, where it can be told from its URL. */
export function providerOf(issuer: string): Provider | undefined {
  return providers.find((provider) => provider.isIssuer(issuer))
}
