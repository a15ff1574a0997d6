/** Other ways to say whose tokens are good. */
import type { Store } from '@lutra/core'
import {
  auth0,
  bearer,
  entra,
  github,
  google,
  keycloak,
  oidc,
  okta,
  workos,
} from '@lutra/server/auth'

const resource = 'http://localhost/mcp'

// #region providers
export const atAuth0 = bearer({
  resource: 'https://mcp.example.com/mcp',
  issuers: auth0({ domain: 'example.eu.auth0.com' }),
})

export const atSeveral = bearer({
  resource: 'https://mcp.example.com/mcp',
  issuers: [
    okta({ domain: 'example.okta.com', server: 'files' }),
    entra({
      tenant: '8d7b3f10-4c55-4f0e-9d0a-1b2c3d4e5f60',
      clientId: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    }),
    keycloak({ url: 'https://login.example.com', realm: 'staff' }),
    workos({ domain: 'example.authkit.app' }),
    google({ clientIds: '1234567890-abc.apps.googleusercontent.com' }),
    github({
      clientId: 'Iv1.0123456789abcdef',
      clientSecret: process.env['GITHUB_SECRET'] ?? 'secret',
    }),
    oidc({ issuer: 'https://auth.example.com', scopeClaim: 'permissions' }),
  ],
})
// #endregion

// #region keys
export const byKeys = bearer({
  resource,
  apiKeys: [
    {
      sha256: '719d8f990ea6073f835ec8a9a94702523ace81b481b0f927269bb8e740629160',
      subject: 'nightly-report',
      scopes: ['files:read'],
    },
  ],
})
// #endregion

export function byAsking(issuer: string) {
  // #region introspection
  const auth = bearer({
    resource,
    introspection: {
      issuer,
      endpoint: `${issuer}/introspect`,
      clientId: 'files',
      clientSecret: process.env['INTROSPECTION_SECRET'] ?? 'secret',
    },
  })
  // #endregion
  return auth
}

export function byRule(isRevoked: (id: unknown) => boolean) {
  // #region rules
  const auth = bearer({
    resource,
    issuers: 'https://auth.example.com',
    // What every call takes, whatever it calls.
    scopes: ['files:read'],
    // Who may administer may write, and who may write may read.
    implies: { 'files:admin': ['files:write'], 'files:write': ['files:read'] },
    // Asked about each token before it is taken.
    revoked: ({ claims }) => isRevoked(claims['jti']),
  })
  // #endregion
  return auth
}

export function byProof(store: Store, keys: readonly string[]) {
  // #region proofs
  const auth = bearer({
    resource,
    issuers: 'https://auth.example.com',
    // Several instances remember proofs together, and know each other's nonces.
    dpop: { required: true, store, nonce: { keys } },
  })
  // #endregion
  return auth
}
