/** What somebody tries at a server with tokens that are not his, end to end, in both eras. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { exportSPKI, importJWK } from 'jose'
import { type Oidc, startOidc } from './oidc.ts'
import { type Protected, startProtected } from './protected.ts'
import { base64url, callWhoami, createHolder, eras, mint, type Told } from './tokens.ts'

let oidc: Oidc
let server: Protected
before(async () => {
  oidc = await startOidc()
  server = await startProtected({ issuers: oidc.issuer })
})
after(async () => {
  await oidc[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const bearing = (token: string) => ({ authorization: `Bearer ${token}` })

function assertRefused(told: Told, why = 'invalid_token'): void {
  assert.equal(told.status, 401, told.body)
  assert.match(told.challenge, new RegExp(`error="${why}"`))
  assert.match(told.challenge, /resource_metadata="http/)
}

for (const era of eras) {
  test(`a good token opens the server: ${era}`, async () => {
    const told = await callWhoami(server.url, bearing(await mint(oidc, server.url)), era)
    assert.equal(told.status, 200, told.body)
    if (era === 'modern') assert.match(told.body, /"subject":"ada"/)
  })

  test(`[AUTH-04, AUTH-05] a token for another audience gets 401: ${era}`, async () => {
    const others = [
      'https://other.example/mcp',
      server.url.replace('/mcp', '/mcp2'),
      server.url.replace('/mcp', ''),
      `${server.url}/inner`,
      server.url.replace('127.0.0.1', '127.0.0.1.example.com'),
      [`${server.url}?tenant=2`],
      'a-client',
      [],
      null,
      { [server.url]: true },
    ]
    for (const aud of others) {
      assertRefused(
        await callWhoami(server.url, bearing(await mint(oidc, server.url, { aud })), era),
      )
    }
  })

  test(`[AUTH-03] a token that is over, not yet good or of nobody gets 401: ${era}`, async () => {
    const now = Math.floor(Date.now() / 1000)
    const changes = [
      { exp: now - 60 },
      { nbf: now + 60 },
      { exp: undefined },
      { exp: String(now + 60) },
      { iss: 'https://evil.example' },
      { iss: `${oidc.issuer}/` },
      { sub: undefined, client_id: undefined },
    ]
    for (const change of changes) {
      const token = await mint(oidc, server.url, change)
      assertRefused(await callWhoami(server.url, bearing(token), era))
    }
  })

  test(`[AUTH-03] alg none and a public key that is taken for a secret get 401: ${era}`, async () => {
    const token = await mint(oidc, server.url)
    const [, payload, signature] = token.split('.')
    const spki = await exportSPKI((await importJWK(oidc.key.public, 'RS256')) as CryptoKey)
    const forged = ['none', 'None', 'NONE', ''].flatMap((alg) => [
      `${base64url({ alg, typ: 'at+jwt' })}.${payload}.`,
      `${base64url({ alg, typ: 'at+jwt' })}.${payload}.${signature}`,
    ])
    for (const secret of [spki, spki.trim(), JSON.stringify(oidc.key.public), oidc.key.public.n]) {
      const head = base64url({ alg: 'HS256', typ: 'at+jwt', kid: 'one' })
      const mac = createHmac('sha256', secret ?? '').update(`${head}.${payload}`)
      forged.push(`${head}.${payload}.${mac.digest('base64url')}`)
    }
    for (const one of forged) assertRefused(await callWhoami(server.url, bearing(one), era))
  })

  test(`[AUTH-43] a token in the URL opens nothing: ${era}`, async () => {
    const token = await mint(oidc, server.url)
    const told = await callWhoami(`${server.url}?access_token=${token}`, {}, era)
    assert.ok(told.status === 400 || told.status === 401, told.body)
    assert.ok(!(told.challenge + told.body).includes(token))
    const both = await callWhoami(`${server.url}?access_token=${token}`, bearing(token), era)
    assert.equal(both.status, 400, both.body)
  })

  test(`[AUTH-04] what is no Authorization header as OAuth writes it gets 400 or 401: ${era}`, async () => {
    const token = await mint(oidc, server.url)
    const malformed = [
      `Bearer  ${token} x`,
      'Bearer',
      `Bearer ${token},Bearer ${token}`,
      'Bearer \t',
    ]
    for (const authorization of malformed) {
      const { status } = await callWhoami(server.url, { authorization }, era)
      assert.ok(status === 400 || status === 401, `${status}`)
    }
    const long = await callWhoami(
      server.url,
      { authorization: `Bearer ${'a'.repeat(15_000)}` },
      era,
    )
    assert.equal(long.status, 401)
  })

  test(`a bound token needs its key, and a proof is good once: ${era}`, async () => {
    const holder = await createHolder()
    const thief = await createHolder()
    const cnf = { jkt: holder.thumbprint }
    const token = await mint(oidc, server.url, { cnf })
    assertRefused(await callWhoami(server.url, bearing(token), era))
    const send = (dpop: string) =>
      callWhoami(server.url, { authorization: `DPoP ${token}`, dpop }, era)
    const proof = await holder.prove(server.url, token)
    assert.equal((await send(proof)).status, 200)
    assertRefused(await send(proof), 'invalid_dpop_proof')
    const now = Math.floor(Date.now() / 1000)
    const wrong = [
      await thief.prove(server.url, token),
      await holder.prove(server.url, `${token}x`),
      await holder.prove('https://other.example/mcp', token),
      await holder.prove(server.url, token, { htm: 'GET' }),
      await holder.prove(server.url, token, { iat: now - 3_600 }),
      await holder.prove(server.url, token, { iat: now + 3_600 }),
      await holder.prove(server.url, token, { jti: undefined }),
      `${proof.split('.').slice(0, 2).join('.')}.`,
    ]
    for (const one of wrong) {
      const told = await send(one)
      assert.equal(told.status, 401, told.body)
      assert.match(told.challenge, /error="invalid_(?:dpop_proof|token)"/)
    }
  })
}

test('[AUTH-06] no part of what a tool is told of its caller holds the token', async () => {
  const token = await mint(oidc, server.url)
  const before = server.contexts.length
  assert.equal((await callWhoami(server.url, bearing(token))).status, 200)
  const context = server.contexts[before] ?? ''
  assert.match(context, /notes:read/)
  for (const part of token.split('.').slice(1)) assert.ok(!context.includes(part))
})

test('[AUTH-03] every request of a session is checked: a session opens nothing without a token', async () => {
  const token = await mint(oidc, server.url)
  const hello = await fetch(server.url, {
    method: 'POST',
    headers: {
      ...bearing(token),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'by-hand', version: '1' },
      },
    }),
  })
  const session = hello.headers.get('mcp-session-id') ?? ''
  await hello.text()
  assert.notEqual(session, '')
  const eve = await mint(oidc, server.url, { sub: 'eve' })
  for (const method of ['POST', 'GET', 'DELETE']) {
    const send = (headers: Record<string, string>) =>
      fetch(server.url, {
        method,
        headers: {
          'mcp-session-id': session,
          'mcp-protocol-version': '2025-11-25',
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        ...(method === 'POST' && {
          body: JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} }),
        }),
      })
    const anonymous = await send({})
    assert.equal(anonymous.status, 401, method)
    await anonymous.body?.cancel()
    // Somebody else who has learned of the session has a good token, and still no part in it.
    const foreign = await send(bearing(eve))
    assert.equal(foreign.status, 404, method)
    await foreign.body?.cancel()
  }
})
