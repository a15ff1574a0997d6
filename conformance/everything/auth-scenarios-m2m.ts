import {
  type AuthOptions,
  clientCredentials,
  enterprise,
  type WayIn,
  workload,
} from '@lutra/client/auth'

/** What the suite tells a client in the scenarios of programs. */
export type Told = Readonly<Record<string, string>>

/** How a program gets in, in each scenario of the official suite in which no person takes part. */
export const programs: ReadonlyMap<string, (told: Told) => WayIn> = new Map([
  ['auth/client-credentials-basic', bySecret],
  ['auth/client-credentials-jwt', byKey],
  ['auth/enterprise-managed-authorization', byCompany],
  ['auth/wif-jwt-bearer', byPlatform],
])

/** What the ways in of people take besides, in scenarios that are about it. */
export const extras: ReadonlyMap<string, AuthOptions> = new Map([
  ['auth/dpop', { dpop: true }],
  ['auth/dpop-nonce', { dpop: true }],
])

function bySecret(told: Told): WayIn {
  return clientCredentials({
    clientId: given(told, 'client_id'),
    clientSecret: given(told, 'client_secret'),
  })
}

function byKey(told: Told): WayIn {
  return clientCredentials({
    clientId: given(told, 'client_id'),
    privateKey: given(told, 'private_key_pem'),
    algorithm: given(told, 'signing_algorithm'),
  })
}

function byPlatform(told: Told): WayIn {
  return workload({ token: given(told, 'valid_jwt'), clientId: given(told, 'client_id') })
}

// The identity provider of the suite lets anybody exchange: what this client authenticates with there is not looked at.
function byCompany(told: Told): WayIn {
  return enterprise({
    identityProvider: {
      issuer: given(told, 'idp_issuer'),
      clientId: given(told, 'idp_client_id'),
      clientSecret: 'not looked at',
    },
    idToken: given(told, 'idp_id_token'),
    client: {
      clientId: given(told, 'client_id'),
      clientSecret: given(told, 'client_secret'),
    },
  })
}

function given(told: Told, name: string): string {
  const value = told[name]
  if (value === undefined) throw new Error(`The suite does not tell ${name}`)
  return value
}
