import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import type { JWTPayload } from 'jose'
import type { AuthServerOptions } from './index.ts'
import { discover } from './testing/client.test.ts'
import { createIssuer } from './testing/issuer.test.ts'
import { resource, start } from './testing/start.test.ts'
import { basic, claimsOf, post } from './testing/token-request.test.ts'

const idp = await createIssuer('https://idp.example.com')
const agent = {
  id: 'agent',
  secret: 'the secret of the agent',
  redirectUris: ['https://agent.example.com/cb'],
}
const other = { id: 'other', secret: 'the secret of the other' }
const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const typ = 'oauth-id-jag+jwt'
const now = () => Math.floor(Date.now() / 1000)

let count = 0
function claims(issuer: string): JWTPayload {
  return {
    sub: 'employee-1',
    aud: issuer,
    client_id: 'agent',
    resource,
    jti: `jti-${count++}`,
    iat: now(),
    exp: now() + 300,
    scope: 'notes:read notes:write',
  }
}

async function serving(
  run: (issuer: string) => Promise<void>,
  options: Partial<AuthServerOptions> = {},
): Promise<void> {
  const enterprise = { issuers: [{ issuer: idp.issuer, jwks: idp.jwks }] }
  const started = await start({ clients: [agent, other], enterprise, ...options })
  try {
    await run(started.issuer)
  } finally {
    await started.close()
  }
}

const ask = (issuer: string, assertion: string, { from = agent, ...form }: Asking = {}) =>
  post(`${issuer}/token`, { grant_type: grant, assertion, ...form }, basic(from.id, from.secret))

interface Asking {
  readonly from?: { readonly id: string; readonly secret: string }
  readonly scope?: string
}

test('[EXT-13] an assertion of the employer becomes a token, without asking anybody', () =>
  serving(async (issuer) => {
    const server = await discover(issuer)
    assert.deepEqual(server['authorization_grant_profiles_supported'], [
      'urn:ietf:params:oauth:grant-profile:id-jag',
    ])
    assert.ok(server.grant_types_supported?.includes(grant))
    const { status, body, headers } = await ask(issuer, await idp.sign(claims(issuer), { typ }))
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(body['token_type'], 'Bearer')
    assert.equal(body['refresh_token'], undefined)
    const token = claimsOf(body['access_token'])
    assert.deepEqual(
      [token['sub'], token['client_id'], token['aud'], token['scope']],
      ['https://idp.example.com|employee-1', 'agent', resource, 'notes:read notes:write'],
    )
  }))

test('[EXT-14] the token has what the assertion, the request and the server have in common, for one server', () =>
  serving(async (issuer) => {
    const narrow = { ...claims(issuer), scope: 'notes:read admin' }
    const { body } = await ask(issuer, await idp.sign(narrow, { typ }), {
      scope: 'notes:read notes:write',
    })
    assert.equal(body['scope'], 'notes:read')
    assert.equal(claimsOf(body['access_token'])['aud'], resource)
    const nothing = await ask(
      issuer,
      await idp.sign({ ...claims(issuer), scope: 'notes:read' }, { typ }),
      { scope: 'notes:write' },
    )
    assert.equal(nothing.body['error'], 'invalid_scope')
  }))

const wrong: [string, (issuer: string) => Promise<string>][] = [
  [
    'for another authorization server',
    (issuer) => idp.sign({ ...claims(issuer), aud: 'https://auth.other.example' }, { typ }),
  ],
  [
    'for two authorization servers',
    (issuer) =>
      idp.sign({ ...claims(issuer), aud: [issuer, 'https://auth.other.example'] }, { typ }),
  ],
  [
    'for the token endpoint',
    (issuer) => idp.sign({ ...claims(issuer), aud: `${issuer}/token` }, { typ }),
  ],
  [
    'of an issuer that is not trusted',
    async (issuer) => (await createIssuer('https://evil.example')).sign(claims(issuer), { typ }),
  ],
  [
    'of somebody with the name of the issuer',
    async (issuer) => (await createIssuer(idp.issuer)).sign(claims(issuer), { typ }),
  ],
  ['without an issuer', (issuer) => idp.sign({ ...claims(issuer), iss: '' }, { typ })],
  ['for another client', (issuer) => idp.sign({ ...claims(issuer), client_id: 'other' }, { typ })],
  [
    'for no client',
    async (issuer) => {
      const { client_id: _, ...rest } = claims(issuer)
      return idp.sign(rest, { typ })
    },
  ],
  [
    'for another resource',
    (issuer) => idp.sign({ ...claims(issuer), resource: 'https://mcp.other.example/' }, { typ }),
  ],
  [
    'for two resources',
    (issuer) =>
      idp.sign({ ...claims(issuer), resource: [resource, 'https://mcp.other.example/'] }, { typ }),
  ],
  [
    'that has expired',
    (issuer) => idp.sign({ ...claims(issuer), iat: now() - 400, exp: now() - 100 }, { typ }),
  ],
  [
    'from the future',
    (issuer) => idp.sign({ ...claims(issuer), iat: now() + 600, exp: now() + 900 }, { typ }),
  ],
  [
    'that is old, whatever it says of its end',
    (issuer) => idp.sign({ ...claims(issuer), iat: now() - 7200, exp: now() + 7200 }, { typ }),
  ],
  ...(['sub', 'jti', 'iat', 'exp'] as const).map(
    (name): [string, (issuer: string) => Promise<string>] => [
      `without ${name}`,
      async (issuer) => {
        const { [name]: _, ...rest } = claims(issuer)
        return idp.sign(rest, { typ })
      },
    ],
  ),
  ['without its type', (issuer) => idp.sign(claims(issuer))],
  ['of the type of access tokens', (issuer) => idp.sign(claims(issuer), { typ: 'at+jwt' })],
  ['that is no JWT', async () => 'nothing'],
  [
    'that nobody signed',
    async (issuer) =>
      `${encode({ alg: 'none', typ })}.${encode({ iss: idp.issuer, ...claims(issuer) })}.`,
  ],
  [
    'signed with the public key as a secret',
    async (issuer) => {
      const body = `${encode({ alg: 'HS256', typ, kid: idp.issuer })}.${encode({ iss: idp.issuer, ...claims(issuer) })}`
      return `${body}.${createHmac('sha256', JSON.stringify(idp.jwks.keys[0])).update(body).digest('base64url')}`
    },
  ],
]
for (const [how, make] of wrong)
  test(`[EXT-13] an assertion ${how} is refused`, () =>
    serving(async (issuer) => {
      const { status, body } = await ask(issuer, await make(issuer))
      assert.deepEqual([status, body['error']], [400, 'invalid_grant'])
      assert.match(String(body['error_description']), /the assertion is refused/)
    }))

test('[EXT-13] an assertion is used once, at whichever instance', async () => {
  const store = createMemoryStore()
  await serving(
    async (issuer) => {
      const again = await idp.sign(claims(issuer), { typ })
      const race = await Promise.all([1, 2, 3].map(() => ask(issuer, again)))
      assert.deepEqual(race.map(({ status }) => status).sort(), [200, 400, 400])
      assert.equal((await ask(issuer, again)).body['error'], 'invalid_grant')
    },
    { store },
  )
})

test('[EXT-13] an assertion that was refused can still be used by whom it is for', () =>
  serving(async (issuer) => {
    const assertion = await idp.sign(claims(issuer), { typ })
    assert.equal((await ask(issuer, assertion, { from: other })).body['error'], 'invalid_grant')
    assert.equal((await ask(issuer, assertion)).status, 200)
  }))

test('[EXT-13] a client that does not prove who it is gets nothing for an assertion', () =>
  serving(async (issuer) => {
    const assertion = await idp.sign(claims(issuer), { typ })
    const none = await post(`${issuer}/token`, { grant_type: grant, assertion, client_id: 'agent' })
    assert.equal(none.body['error'], 'invalid_client')
  }))

test('[EXT-11] a client that is known by its document gets in with it', async () => {
  const id = 'https://agent.example.com/client.json'
  const document = {
    client_id: id,
    client_name: 'Agent',
    redirect_uris: ['https://agent.example.com/cb'],
    grant_types: [grant, 'authorization_code'],
    token_endpoint_auth_method: 'none',
  }
  await serving(
    async (issuer) => {
      const assertion = await idp.sign({ ...claims(issuer), client_id: id }, { typ })
      const { status } = await post(`${issuer}/token`, {
        grant_type: grant,
        assertion,
        client_id: id,
      })
      assert.equal(status, 200)
    },
    { fetch: async () => Response.json(document) },
  )
})

test('a function says which user an assertion is about, or that there is none', () =>
  serving(
    async (issuer) => {
      const { body } = await ask(
        issuer,
        await idp.sign({ ...claims(issuer), email: 'ada@example.com' }, { typ }),
      )
      assert.equal(claimsOf(body['access_token'])['sub'], 'ada@example.com')
      assert.equal(
        (await ask(issuer, await idp.sign(claims(issuer), { typ }))).body['error'],
        'invalid_grant',
      )
    },
    {
      enterprise: {
        issuers: [{ issuer: idp.issuer, jwks: idp.jwks }],
        user: ({ email }) => (typeof email === 'string' ? email : undefined),
      },
    },
  ))

test('whose keys cannot be had now is told to come again', () =>
  serving(
    async (issuer) => {
      const { status, body } = await ask(issuer, await idp.sign(claims(issuer), { typ }))
      assert.deepEqual([status, body['error']], [503, 'temporarily_unavailable'])
    },
    { enterprise: { issuers: [{ issuer: idp.issuer, jwksUri: 'http://127.0.0.1:9/keys' }] } },
  ))

test('[EXT-14] keys come over TLS, and algorithms that are no signatures are refused', async () => {
  for (const issuer of [
    { issuer: 'http://idp.example.com' },
    { issuer: idp.issuer, jwksUri: 'http://idp.example.com/keys' },
    { issuer: idp.issuer, algorithms: ['none'] },
    { issuer: idp.issuer, algorithms: ['HS256'] },
  ])
    await assert.rejects(start({ enterprise: { issuers: [issuer] } }), TypeError)
})

test('where no issuer is trusted there is no such grant', async () => {
  const { issuer, close } = await start({ clients: [agent] })
  try {
    const server = await discover(issuer)
    assert.equal(server['authorization_grant_profiles_supported'], undefined)
    const { body } = await ask(issuer, await idp.sign(claims(issuer), { typ }))
    assert.equal(body['error'], 'unsupported_grant_type')
  } finally {
    await close()
  }
})

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
