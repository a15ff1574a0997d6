/** Other ways to set it up, each of which starts. */
import { createServer } from 'node:http'
import { createAuthServer, upstream } from '@lutra/auth-server'
import type { Store } from '@lutra/core'
import express from 'express'
import type { JWK } from 'jose'

const issuer = 'https://auth.example.com'
const notes = 'https://notes.example.com/mcp'
const secrets = {
  upstream: process.env['UPSTREAM_SECRET'] ?? 'what only we and the provider know',
  web: process.env['WEB_SECRET'] ?? 'what only the web app and we know',
  notes: process.env['NOTES_SECRET'] ?? 'what only the server and we know',
}

export function atProvider(store: Store) {
  // #region upstream
  const auth = createAuthServer({
    issuer,
    store,
    resources: [notes],
    scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
    signIn: upstream({
      issuer: 'https://login.example.com',
      clientId: 'notes-auth',
      clientSecret: secrets.upstream,
      user: ({ sub, name, email_verified }) =>
        email_verified ? { id: sub, name: String(name) } : undefined,
    }),
  })
  // #endregion
  return auth
}

const users = new Map([['ada', 'correct horse']])
const form = '<form method="post"><input name="name"><input name="password" type="password">'

export function byFunction(store: Store) {
  // #region function
  const auth = createAuthServer({
    issuer,
    store,
    resources: [notes],
    async signIn(request) {
      const html = { headers: { 'content-type': 'text/html; charset=utf-8' } }
      if (request.method === 'GET') return new Response(`${form}<button>Sign in</button>`, html)
      const { name, password } = Object.fromEntries(await request.formData())
      if (typeof name === 'string' && users.get(name) === password)
        return { id: name, claims: { team: 'blue' } }
      return new Response(`Not quite. ${form}<button>Try again</button>`, html)
    },
  })
  // #endregion
  return auth
}

export function manyServers(store: Store) {
  // #region resources
  const auth = createAuthServer({
    issuer,
    store,
    resources: {
      'https://notes.example.com/mcp': {
        scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
        defaultScopes: ['notes:read'],
      },
      'https://bank.example.com/mcp': {
        scopes: { 'account:read': 'See your balance' },
        tokens: 'opaque',
      },
    },
    clients: [
      { id: 'bank', secret: secrets.notes, introspects: 'https://bank.example.com/mcp' },
      { id: 'web', secret: secrets.web, redirectUris: ['https://app.example.com/callback'] },
    ],
    signIn: upstream({ issuer: 'https://login.example.com', clientId: 'notes-auth' }),
  })
  // #endregion
  return auth
}

export function forCompanies(store: Store, jwk: JWK) {
  // #region machines
  const auth = createAuthServer({
    issuer,
    store,
    resources: [notes],
    scopes: ['notes:read', 'notes:write'],
    signIn: upstream({ issuer: 'https://login.example.com', clientId: 'notes-auth' }),
    // Employees of these companies get in by an assertion (ID-JAG) of their identity provider.
    enterprise: { issuers: [{ issuer: 'https://acme.okta.example' }] },
    // Programs: one by a secret, one by a key, one by what its platform says of it.
    clients: [
      { id: 'report', secret: secrets.web, scopes: ['notes:read'] },
      { id: 'import', jwks: { keys: [jwk] } },
    ],
    workloads: [
      {
        id: 'nightly',
        issuer: 'https://kubernetes.example.com',
        subject: 'system:serviceaccount:jobs:nightly',
        scopes: ['notes:read'],
      },
    ],
  })
  // #endregion
  return auth
}

export function inExpress(store: Store) {
  const auth = atProvider(store)
  // #region express
  const app = express()
  app.use(auth.listener)
  app.get('/', (_, response) => response.send('everything else'))
  // #endregion
  return createServer(app)
}

export async function everyday(auth: ReturnType<typeof createAuthServer>) {
  // #region everyday
  await auth.revoke({ subject: 'ada' })
  await auth.revoke({ clientId: 'https://client.example.com/metadata.json' })
  await auth.rotateKeys()
  // #endregion
}
