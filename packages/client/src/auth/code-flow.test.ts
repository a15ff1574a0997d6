import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculatePKCECodeChallenge } from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import { codeGrant } from './code-grant.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { oauth } from './oauth.ts'
import {
  createWorld,
  enter,
  issuer,
  json,
  type Oddities,
  personOf,
  serverUrl,
  wayIn,
} from './world.test.ts'

const refusal = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  return true
}

test('[AUTH-32] [AUTH-33] [AUTH-41] an authorization has a challenge by S256, the resource and a state', async () => {
  const world = createWorld()
  await using client = await enter(world, wayIn(world))
  assert.ok(client)
  const [asked = assert.fail()] = world.authorizations()
  const [{ form } = assert.fail()] = world.at('/token')
  assert.equal(asked.get('response_type'), 'code')
  assert.equal(asked.get('code_challenge_method'), 'S256')
  assert.equal(
    asked.get('code_challenge'),
    await calculatePKCECodeChallenge(form.get('code_verifier') ?? ''),
  )
  assert.ok((asked.get('state') ?? '').length >= 32)
  for (const one of [asked, form]) {
    assert.deepEqual(one.getAll('resource'), [serverUrl])
    assert.equal(one.get('redirect_uri'), 'http://127.0.0.1:7777/callback')
  }
})

test('[AUTH-36] each authorization has a state and a verifier of its own', async () => {
  const seen = new Set<string | null>()
  for (const _ of [1, 2, 3]) {
    const world = createWorld()
    await using client = await enter(world, wayIn(world))
    assert.ok(client)
    seen.add(world.authorizations()[0]?.get('state') ?? null)
    seen.add(world.at('/token')[0]?.form.get('code_verifier') ?? null)
  }
  assert.equal(seen.size, 6)
})

const advertised = { authorization_response_iss_parameter_supported: true }
const silent = { authorization_response_iss_parameter_supported: undefined }

const answers: readonly [string, Oddities['metadata'], string | undefined, boolean][] = [
  ['[AUTH-37] said and sent', advertised, issuer, true],
  ['[AUTH-37] said and not sent', advertised, undefined, false],
  ['[AUTH-37] neither said nor sent', silent, undefined, true],
  ['[AUTH-37] not said but sent', silent, issuer, true],
  ['[AUTH-37] another, said', advertised, 'https://evil.example', false],
  ['[AUTH-37] another, not said', silent, 'https://evil.example', false],
  ['[AUTH-38] with a slash', advertised, `${issuer}/`, false],
  ['[AUTH-38] in other letters', silent, 'https://AS.example', false],
  ['[AUTH-38] with its port', silent, 'https://as.example:443', false],
  ['[AUTH-38] percent-encoded once more', silent, 'https%3A%2F%2Fas.example', false],
  ['[AUTH-37] an empty one', silent, '', false],
]

for (const [name, metadata, iss, good] of answers) {
  test(`${name}: the issuer of an answer is ${good ? 'taken' : 'refused before the code goes anywhere'}`, async () => {
    const world = createWorld({
      ...(metadata && { metadata }),
      comeBack: (query) => (iss === undefined ? query.delete('iss') : query.set('iss', iss)),
    })
    const entering = enter(world, wayIn(world))
    if (good) await (await entering).close()
    else await assert.rejects(entering, refusal('authorization', /meddled/))
    assert.equal(world.at('/token').length, good ? 1 : 0)
  })
}

test('[AUTH-39] what an error says is not believed where its issuer is another', async () => {
  const world = createWorld({
    comeBack(query) {
      query.delete('code')
      query.set('error', 'access_denied')
      query.set('error_description', 'call 555-0100')
      query.set('iss', 'https://evil.example')
    },
  })
  await assert.rejects(enter(world, wayIn(world)), (error: unknown) => {
    assert.ok(error instanceof AuthError)
    assert.doesNotMatch(error.message, /denied|555/)
    return true
  })
})

test('an error of the right issuer is told', async () => {
  const fail = (error: string) => (query: URLSearchParams) => {
    query.delete('code')
    query.set('error', error)
  }
  const denied = createWorld({ comeBack: fail('access_denied') })
  await assert.rejects(enter(denied, wayIn(denied)), refusal('cancelled', /denied/))
  const broken = createWorld({ comeBack: fail('invalid_scope') })
  await assert.rejects(enter(broken, wayIn(broken)), refusal('scope', /invalid_scope/))
})

const meddled: readonly [string, (query: URLSearchParams) => void][] = [
  ['another state', (query) => query.set('state', 'x')],
  ['no state', (query) => query.delete('state')],
  ['two states', (query) => query.append('state', 'x')],
  ['two issuers', (query) => query.append('iss', issuer)],
  ['no code', (query) => query.delete('code')],
  ['a token in place of the code', (query) => query.set('id_token', 'x')],
]

for (const [name, meddle] of meddled) {
  test(`[AUTH-41] an answer with ${name} is not used`, async () => {
    const world = createWorld({ comeBack: meddle })
    await assert.rejects(enter(world, wayIn(world)), AuthError)
    assert.equal(world.at('/token').length, 0)
  })
}

const pages = [
  'javascript:alert(1)//',
  'file:///etc/passwd',
  'data:text/html,x',
  'vbscript:x',
  'http://as.example/authorize',
  'http://127.0.0.1:8080/reset',
  'https://192.168.0.1/reboot',
  'https://router.local/reboot',
  'https://u:p@as.example/authorize',
  'nowhere',
  undefined,
  7,
]

for (const page of pages) {
  test(`[AUTH-49] nobody is shown ${page}`, async () => {
    const world = createWorld({ metadata: { authorization_endpoint: page } })
    const shown: string[] = []
    const landing = {
      redirectUri: 'http://127.0.0.1:7777/callback',
      async show(url: URL) {
        shown.push(url.href)
        return '?'
      },
    }
    await assert.rejects(enter(world, oauth(codeGrant({ open: () => landing }))), AuthError)
    assert.deepEqual(shown, [])
  })
}

test('[AUTH-41] people come back to https or to this machine, and nowhere else', async () => {
  for (const redirectUri of [
    'http://app.example/cb',
    'javascript:x',
    'app:/cb',
    'https://app.example/#x',
  ]) {
    const world = createWorld()
    const landing = { ...personOf(world), redirectUri }
    await assert.rejects(
      enter(world, oauth(codeGrant({ client: { id: 'x' }, open: () => landing }))),
      refusal('authorization', /redirect URI/),
    )
  }
})

test('an authorization endpoint keeps its own query', async () => {
  const world = createWorld({
    metadata: { authorization_endpoint: `${issuer}/authorize?tenant=7` },
  })
  await using client = await enter(world, wayIn(world))
  assert.ok(client)
  assert.equal(world.authorizations()[0]?.get('tenant'), '7')
})

test('a server that wants the parameters pushed gets them behind the scenes', async () => {
  const pushed: URLSearchParams[] = []
  const world = createWorld({
    metadata: {
      require_pushed_authorization_requests: true,
      pushed_authorization_request_endpoint: `${issuer}/par`,
    },
    any({ url, form }) {
      if (url.pathname === '/par') {
        pushed.push(form)
        return json({ request_uri: 'urn:x', expires_in: 60 }, 201)
      }
      const [asked] = pushed
      if (url.pathname !== '/authorize' || !asked) return undefined
      assert.equal(url.searchParams.get('request_uri'), 'urn:x')
      assert.equal(url.searchParams.get('state'), null)
      const query = new URLSearchParams({
        code: 'code read',
        state: asked.get('state') ?? '',
        iss: issuer,
      })
      return new Response(null, {
        status: 302,
        headers: { location: `${asked.get('redirect_uri')}?${query}` },
      })
    },
  })
  await using client = await enter(world, wayIn(world))
  assert.deepEqual(await client.listTools(), [])
})

const junk: readonly [string, unknown][] = [
  ['no token', {}],
  ['a token that is no text', { access_token: 7, token_type: 'Bearer' }],
  ['a token that breaks out of its header', { access_token: 'a\r\nx: y', token_type: 'Bearer' }],
  ['a token of an unknown type', { access_token: 'abc', token_type: 'mac' }],
  ['a lifetime that is none', { access_token: 'abc', token_type: 'Bearer', expires_in: 'soon' }],
  ['scopes that are no text', { access_token: 'abc', token_type: 'Bearer', scope: ['a'] }],
  ['a list', []],
  ['endless text', { access_token: 'abc', token_type: 'Bearer', x: 'x'.repeat(600_000) }],
]

for (const [name, answer] of junk) {
  test(`a token endpoint that answers ${name} gets nobody in, and its answer into no error`, async () => {
    const store = memoryCredentials()
    const world = createWorld({ token: () => json(answer) })
    await assert.rejects(enter(world, wayIn(world, { store })), (error: unknown) => {
      assert.ok(error instanceof AuthError, String(error))
      const all = JSON.stringify([error.message, deep(error)])
      assert.doesNotMatch(all, /code read|"abc"|access_token":"/)
      return true
    })
    assert.ok(!(await store.list()).some(({ key }) => key.kind === 'tokens'))
  })
}

/** All that an error leads to. */
function deep(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  return { ...error, message: error.message, cause: deep(error.cause) }
}

test('a refusal of the code is told without the code', async () => {
  const world = createWorld({
    token: () => json({ error: 'invalid_grant', error_description: 'no such code' }, 400),
  })
  await assert.rejects(enter(world, wayIn(world)), (error: unknown) => {
    assert.ok(error instanceof AuthError)
    assert.match(error.message, /invalid_grant/)
    assert.doesNotMatch(JSON.stringify(deep(error)), /code read|code_verifier/)
    return true
  })
})

test('a client that the server has forgotten is registered anew the next time', async () => {
  const store = memoryCredentials()
  let forgotten = true
  const world = createWorld({
    token: () => (forgotten ? json({ error: 'invalid_client' }, 401) : {}),
  })
  await assert.rejects(enter(world, wayIn(world, { store })), AuthError)
  forgotten = false
  await using client = await enter(world, wayIn(world, { store }))
  assert.ok(client)
  assert.equal(world.at('/register').length, 2)
})

test('the landing is closed, however an authorization ends', async () => {
  for (const comeBack of [() => {}, (query: URLSearchParams) => query.delete('code')]) {
    const world = createWorld({ comeBack })
    let closed = 0
    const landing = {
      ...personOf(world),
      close() {
        closed += 1
      },
    }
    await enter(world, oauth(codeGrant({ open: () => landing }))).then(
      (client) => client.close(),
      () => {},
    )
    assert.equal(closed, 1)
  }
})
