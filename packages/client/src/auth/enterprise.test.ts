import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, generateKeyPair, SignJWT } from 'jose'
import {
  type Asked,
  type EndpointOptions,
  endpoint,
  issuer,
  plainStore,
  printed,
  refuse,
  resource,
} from '../../test/token-endpoint.ts'
import { type Enterprise, enterpriseGrant } from './enterprise.ts'

const idp = 'https://idp.example.com'
const identityProvider = { issuer: idp, clientId: 'at-idp', clientSecret: 'idp-secret' }
const client = { clientId: 'at-as', clientSecret: 'as-secret' }
const types = 'urn:ietf:params:oauth:token-type:'
const { privateKey: key } = await generateKeyPair('RS256')

const sign = (claims: Record<string, unknown>, seconds: number, typ = 'JWT') =>
  new SignJWT({ jti: crypto.randomUUID(), ...claims })
    .setProtectedHeader({ alg: 'RS256', typ })
    .setIssuer(idp)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(key)
const idToken = (seconds = 300, claims = {}) =>
  sign({ sub: 'ada', aud: 'at-idp', ...claims }, seconds)

interface Faults {
  readonly answer?: Record<string, unknown>
  readonly claims?: Record<string, unknown>
  readonly seconds?: number
  readonly type?: string
  readonly refusal?: string
}

/** An identity provider and an authorization server behind one fetch. */
function company(faults: Faults | (() => Faults) = {}, options: EndpointOptions = {}) {
  const codes: URLSearchParams[] = []
  const exchange = async ({ body }: Asked): Promise<object> => {
    const spoilt = typeof faults === 'function' ? faults() : faults
    if (spoilt.refusal) return refuse(spoilt.refusal, `no ${body.get('subject_token')}`)
    const { audience, resource: server } = Object.fromEntries(body)
    const claims = { sub: 'ada', aud: audience, resource: server, client_id: 'at-as' }
    const grant = await sign(
      { ...claims, ...spoilt.claims },
      spoilt.seconds ?? 60,
      spoilt.type ?? 'oauth-id-jag+jwt',
    )
    const answer = { access_token: grant, issued_token_type: `${types}id-jag`, token_type: 'N_A' }
    return { ...answer, ...spoilt.answer }
  }
  const answer = async (one: Asked): Promise<object> => {
    if (one.url === `${idp}/.well-known/openid-configuration`) return metadata
    if (one.url === `${issuer}/token`) return { access_token: 'a', token_type: 'Bearer' }
    const grantType = one.body.get('grant_type')
    if (grantType?.endsWith(':token-exchange')) return exchange(one)
    if (grantType === 'authorization_code') {
      const nonce = codes.find(({ size }) => size > 0)?.get('nonce')
      codes.splice(0)
      return { ...tokens, id_token: await idToken(60, { nonce }), refresh_token: 'refresh-1' }
    }
    if (one.body.get('refresh_token') === 'refresh-gone') return refuse('invalid_grant')
    return { ...tokens, id_token: await idToken(60) }
  }
  const signIn = {
    open: () => ({
      redirectUri: 'http://127.0.0.1:1234/',
      show: async (url: URL) => {
        codes.push(url.searchParams)
        return `http://127.0.0.1:1234/?code=c&state=${url.searchParams.get('state')}`
      },
    }),
  }
  return { ...endpoint({ answer, ...options }), signIn }
}

const metadata = {
  issuer: idp,
  token_endpoint: `${idp}/token`,
  authorization_endpoint: `${idp}/authorize`,
}
const tokens = { access_token: 'idp-access', token_type: 'Bearer' }
const to = (asked: readonly Asked[], url: string) => asked.filter((one) => one.url === url)
const basic = ({ headers }: Asked) => atob(headers.get('authorization')?.slice(6) ?? '')

test('[EXT-07] [EXT-08] [EXT-09] [EXT-11] An ID token becomes a grant, and the grant a token', async () => {
  const { need, asked } = company({}, { scope: 'read' })
  const token = await idToken()
  const got = await enterpriseGrant({ identityProvider, client, idToken: token }).obtain(need)
  assert.equal(got.accessToken, 'a')
  const [exchange] = to(asked, `${idp}/token`)
  assert.ok(exchange)
  assert.equal(basic(exchange), 'at-idp:idp-secret')
  assert.deepEqual(Object.fromEntries(exchange.body), {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: `${types}id-jag`,
    audience: issuer,
    resource,
    scope: 'read',
    subject_token: token,
    subject_token_type: `${types}id_token`,
  })
  const [request] = to(asked, `${issuer}/token`)
  assert.ok(request)
  assert.equal(basic(request), 'at-as:as-secret')
  const { assertion = '', ...rest } = Object.fromEntries(request.body)
  assert.equal(decodeJwt(assertion)['resource'], resource)
  const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  assert.deepEqual(rest, { grant_type: grantType, resource, scope: 'read' })
})

test('[EXT-08] Who came by SAML has a refresh token to exchange', async () => {
  const { need, asked } = company()
  const refreshToken = () => 'saml-derived'
  await enterpriseGrant({ identityProvider, client, refreshToken }).obtain(need)
  const body = to(asked, `${idp}/token`)[0]?.body
  assert.equal(body?.get('subject_token'), 'saml-derived')
  assert.equal(body?.get('subject_token_type'), `${types}refresh_token`)
})

test('[EXT-11] A client without credentials is known by its metadata document, where such are read', async () => {
  const metadataUrl = 'https://app.example.com/client.json'
  const way: Enterprise = { identityProvider, metadataUrl, idToken }
  const reads = { metadata: { client_id_metadata_document_supported: true } }
  const { need, asked } = company({ claims: { client_id: metadataUrl } }, reads)
  await enterpriseGrant(way).obtain(need)
  assert.equal(to(asked, `${issuer}/token`)[0]?.body.get('client_id'), metadataUrl)
  await assert.rejects(enterpriseGrant(way).obtain(company().need), { code: 'registration' })
})

test('[EXT-07] However many servers at once: one sign-in, with state, nonce and PKCE', async () => {
  const store = plainStore()
  const { need, signIn, asked } = company({}, { store })
  const shown: URL[] = []
  const open = () => {
    const landing = signIn.open()
    const show = async (url: URL) => {
      shown.push(url)
      return landing.show(url)
    }
    return { ...landing, show }
  }
  const grant = enterpriseGrant({ identityProvider, client, signIn: { open } })
  const at = (n: number) => ({ ...need, resource: `https://mcp${n}.example.com/mcp` })
  // As another process would that has the same store.
  const other = enterpriseGrant({ identityProvider, client, signIn: { open } })
  await Promise.all([grant.obtain(at(1)), grant.obtain(at(2)), other.obtain(at(3))])
  await grant.obtain(at(4))
  assert.equal(shown.length, 1)
  const query = shown[0]?.searchParams
  for (const name of ['state', 'nonce', 'code_challenge']) assert.ok(query?.get(name), name)
  assert.equal(query?.get('code_challenge_method'), 'S256')
  assert.equal(to(asked, `${idp}/token`).filter(isExchange).length, 4)
  assert.ok(to(asked, `${issuer}/token`).length === 4)
})

const isExchange = ({ body }: Asked) => body.get('grant_type')?.endsWith(':token-exchange')

test('A sign-in is renewed without the person, and asked for again when that is over', async () => {
  const store = plainStore()
  const { need, signIn, asked } = company({}, { store })
  let shown = 0
  const open = () => {
    shown += 1
    return signIn.open()
  }
  const grant = enterpriseGrant({ identityProvider, client, signIn: { open } })
  const key = { kind: 'tokens', issuer: idp, resource: idp } as const
  const over = { kind: 'tokens', accessToken: 'x', tokenType: 'Bearer' } as const
  const old = await idToken(-10)
  await store.set(key, { ...over, idToken: old, refreshToken: 'refresh-1' })
  await grant.obtain(need)
  assert.equal(shown, 0)
  assert.equal(to(asked, `${idp}/token`)[0]?.body.get('grant_type'), 'refresh_token')
  assert.equal((await store.get(key))?.refreshToken, 'refresh-1')
  await store.set(key, { ...over, idToken: old, refreshToken: 'refresh-gone' })
  await grant.obtain(need)
  assert.equal(shown, 1)
})

test('[EXT-15] A grant that the administrator took back is told as such, and nobody is asked to sign in', async () => {
  const store = plainStore()
  const faults: { refusal?: string } = {}
  const { need, signIn } = company(() => faults, { store })
  let shown = 0
  const open = () => {
    shown += 1
    return signIn.open()
  }
  const grant = enterpriseGrant({ identityProvider, client, signIn: { open } })
  await grant.obtain(need)
  faults.refusal = 'invalid_target'
  await assert.rejects(grant.obtain(need), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'authorization')
    assert.match(
      error.message,
      /refused access to https:\/\/mcp\.example\.com\/mcp: invalid_target/,
    )
    assert.match(error.message, /an administrator grants it at the identity provider/)
    assert.ok(!/eyJ/.test(printed(error)), 'a token is in the error')
    return true
  })
  assert.equal(shown, 1)
})

test('Where the identity provider wants the person again, it gets them, once', async () => {
  const { need, signIn } = company({ refusal: 'login_required' })
  let shown = 0
  const open = () => {
    shown += 1
    return signIn.open()
  }
  const grant = enterpriseGrant({ identityProvider, client, signIn: { open } })
  await assert.rejects(grant.obtain(need), { code: 'interaction_required' })
  assert.equal(shown, 2)
})

test('[EXT-09] [EXT-10] [EXT-16] A wrong answer to the exchange goes nowhere', async () => {
  const cases: readonly [Faults, RegExp][] = [
    [{ answer: { issued_token_type: `${types}access_token` } }, /another type than was asked/],
    [{ answer: { issued_token_type: undefined } }, /another type than was asked/],
    [{ answer: { token_type: 'Bearer' } }, /calls the grant an access token/],
    [{ answer: { token_type: 'mac' } }, /answered wrongly/],
    [{ answer: { access_token: 'opaque-grant' } }, /is no JWT/],
    [{ type: 'JWT' }, /JWT of another type/],
    [{ claims: { aud: 'https://other.example.com' } }, /is not for https:\/\/as\.example\.com/],
    [{ claims: { resource: 'https://other.example.com' } }, /is not for https:\/\/mcp\.example/],
    [{ seconds: -10 }, /has expired before/],
    [{ claims: { client_id: 'somebody' } }, /the client somebody, but .* knows this one as at-as/],
  ]
  for (const [faults, message] of cases) {
    const { need, asked } = company(faults)
    const grant = enterpriseGrant({ identityProvider, client, idToken })
    await assert.rejects(grant.obtain(need), (error: Error) => {
      assert.equal(error.name, 'AuthError')
      assert.match(error.message, message)
      assert.ok(!/eyJ|opaque-grant|idp-secret/.test(printed(error)), printed(error))
      return true
    })
    assert.equal(to(asked, `${issuer}/token`).length, 0, String(message))
  }
})

test('[EXT-13] [EXT-16] A grant is used once: another attempt has another one, and none is kept', async () => {
  const store = plainStore()
  const { need, asked } = company({}, { store, times: 2 })
  await enterpriseGrant({ identityProvider, client, idToken }).obtain(need)
  const ids = to(asked, `${issuer}/token`).map(({ body }) => body.get('assertion'))
  assert.equal(new Set(ids).size, 2)
  assert.equal(store.kept.size, 0)
})

test('[EXT-12] An authorization server that says which grants it takes is believed', async () => {
  const takes = (...profiles: string[]) => ({
    metadata: { authorization_grant_profiles_supported: profiles },
  })
  const grant = enterpriseGrant({ identityProvider, client, idToken })
  const other = company({}, takes('urn:example:other'))
  await assert.rejects(grant.obtain(other.need), {
    code: 'authorization',
    message: /does not list/,
  })
  assert.equal(other.asked.length, 0)
  const good = company({}, takes('urn:ietf:params:oauth:grant-profile:id-jag'))
  await grant.obtain(good.need)
})

test('[EXT-16] A sign-in with another state, or none, is no sign-in', async () => {
  for (const back of ['?code=c&state=other', '?code=c', '?error=access_denied&state=other']) {
    const { need, asked } = company()
    let closed = 0
    const close = () => {
      closed += 1
    }
    const open = () => ({
      redirectUri: 'http://127.0.0.1:1/',
      show: async () => back.slice(1),
      close,
    })
    const grant = enterpriseGrant({ identityProvider, client, signIn: { open } })
    await assert.rejects(grant.obtain(need), { name: 'AuthError' })
    assert.equal(to(asked, `${idp}/token`).length, 0)
    assert.equal(closed, 1)
  }
})

test('[AUTH-49] An identity provider cannot have a page shown that is none', async () => {
  for (const page of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://idp.example.com/',
    'x',
  ]) {
    const answer = () => ({ ...metadata, authorization_endpoint: page })
    const { need } = endpoint({ answer })
    const open = () => ({ redirectUri: 'http://127.0.0.1:1/', show: () => assert.fail('shown') })
    const grant = enterpriseGrant({ identityProvider, client, signIn: { open } })
    await assert.rejects(grant.obtain(need), { code: 'unsafe_url' })
  }
})

test('[AUTH-17] Metadata of another identity provider is not used', async () => {
  const { need } = endpoint({ answer: () => ({ ...metadata, issuer: 'https://evil.example.com' }) })
  const grant = enterpriseGrant({ identityProvider, client, idToken })
  await assert.rejects(grant.obtain(need), { code: 'discovery' })
})

test('[EXT-16] An identity provider is reached over TLS', () => {
  for (const wrong of ['http://idp.example.com', 'idp.example.com', 'javascript:1']) {
    const provider = { ...identityProvider, issuer: wrong }
    assert.throws(() => enterpriseGrant({ identityProvider: provider, client, idToken }), TypeError)
  }
})

test('An ID token that is over, or none, is said to be so', async () => {
  const { need, asked } = company()
  for (const token of [await idToken(-60), '', 'not-a-jwt']) {
    const grant = enterpriseGrant({ identityProvider, client, idToken: token })
    await assert.rejects(grant.obtain(need), { code: 'interaction_required' })
  }
  assert.equal(asked.length, 0)
})

test('[AUTH-29] Each authorization server gets the client that is registered there', async () => {
  const clients = [
    { clientId: 'other', clientSecret: 'other-secret', issuer: 'https://other.example.com' },
    { ...client, issuer },
  ]
  const { need, asked } = company()
  await enterpriseGrant({ identityProvider, client: clients, idToken }).obtain(need)
  const [request] = to(asked, `${issuer}/token`)
  assert.ok(request && basic(request) === 'at-as:as-secret')
})
