/** What a server, or an authorization server, tries with a client that comes to sign in. Each test changes one thing of a good world. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { AuthError } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'
import { type Visit, visiting } from './visiting.ts'
import {
  type Asked,
  goodMetadata,
  paths,
  sendBack,
  sendJson,
  startWorld,
  type World,
} from './world.ts'

/** Signs in and calls a tool. The pages that a person was shown, and the failure, where there was one. */
async function enter(world: World, tool = 'whoami') {
  const visit = visiting()
  const opened = visit.opened
  try {
    await using client = await connect(world.url, { auth: visit.auth })
    const { text } = await client.callTool(tool)
    return { opened, text, error: undefined, visit }
  } catch (error) {
    return { opened, text: undefined, error: rootOf(error), visit }
  }
}

// A failed sign-in may come as the cause of a failed connection.
function rootOf(error: unknown): AuthError {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof AuthError) return one
  }
  throw new Error('Expected an AuthError', { cause: error })
}

/** What is secret was in none of what somebody may read: messages, their causes, and the URLs of what was asked. */
function assertSilent(
  world: World,
  { error, visit }: { error?: AuthError | undefined; visit: Visit },
) {
  const secrets = [...world.tokens.keys(), ...world.asked.flatMap(({ form }) => secretsIn(form))]
  const said = [...visit.warned]
  for (let one: unknown = error; one instanceof Error; one = one.cause) said.push(String(one.stack))
  const urls = [...world.asked, ...world.calls].map(({ query }) => query.toString())
  for (const secret of secrets) {
    for (const text of [...said, ...urls]) assert.ok(!text.includes(secret), text)
  }
}

const secretsIn = (form: URLSearchParams) =>
  ['code', 'code_verifier', 'refresh_token', 'client_secret'].flatMap((name) => form.getAll(name))

test('[AUTH-11, AUTH-21, AUTH-32, AUTH-33, AUTH-43] a good world lets a client in', async () => {
  await using world = await startWorld()
  const entered = await enter(world)
  assert.match(entered.text ?? '', /ada/)
  const [shown] = entered.opened
  assert.equal(shown?.searchParams.get('code_challenge_method'), 'S256')
  assert.equal(shown?.searchParams.get('resource'), world.url)
  assert.equal(shown?.searchParams.get('scope'), 'notes:read')
  const token = world.asked.find(({ path }) => path === paths.token)
  assert.equal(token?.form.get('resource'), world.url)
  assertSilent(world, entered)
})

test('[AUTH-13] metadata for another resource is not followed', async () => {
  await using world = await startWorld()
  const others = ['https://bank.example/mcp', world.url.replace('/mcp', '/other'), 'nonsense', '']
  for (const resource of others) {
    const document = { resource, authorization_servers: [world.issuer] }
    world.serverPages.set('/.well-known/oauth-protected-resource/mcp', document)
    const { error, opened } = await enter(world)
    assert.equal(error?.code, 'discovery', resource)
    assert.deepEqual(opened, [])
    assert.deepEqual(world.asked, [], 'the authorization server was not even asked')
  }
})

test('[AUTH-17] metadata that lies about its issuer is not used', async () => {
  await using world = await startWorld()
  const lies = ['https://honest.example', `${world.issuer}/`, world.issuer.toUpperCase(), '', 7]
  for (const issuer of lies) {
    world.pages.set(paths.metadata, { ...goodMetadata(world.issuer), issuer })
    const { error, opened } = await enter(world)
    assert.equal(error?.code, 'discovery', String(issuer))
    assert.deepEqual(opened, [])
    assert.equal(world.count(paths.register), 0)
  }
})

test('[AUTH-18] without S256 in the metadata nobody is asked to sign in', async () => {
  await using world = await startWorld()
  for (const methods of [undefined, [], ['plain']]) {
    const metadata = { ...goodMetadata(world.issuer), code_challenge_methods_supported: methods }
    world.pages.set(paths.metadata, metadata)
    const { error, opened } = await enter(world)
    assert.ok(error, String(methods))
    assert.deepEqual(opened, [])
  }
})

test('[AUTH-49] a page that is no web page is not opened', async () => {
  await using world = await startWorld()
  const pages = [
    'javascript:alert(1)//',
    'JaVaScRiPt:alert(1)',
    '\tjavascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'ssh://-oProxyCommand=calc/',
    'http://example.com/authorize',
    '--help',
    '$(touch /tmp/lutra-was-here)',
  ]
  for (const authorization_endpoint of pages) {
    world.pages.set(paths.metadata, { ...goodMetadata(world.issuer), authorization_endpoint })
    const { error, opened } = await enter(world)
    assert.ok(error, authorization_endpoint)
    assert.deepEqual(opened, [])
  }
})

test('[AUTH-50] a server cannot send its client to addresses inside', async () => {
  await using world = await startWorld()
  const inside = [
    'http://169.254.169.254',
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://192.168.0.1',
    'https://[fd00::1]',
    'https://[fe80::1]',
    'https://[::ffff:169.254.169.254]',
    'https://0xa9fea9fe',
    'https://2852039166',
    'https://0.0.0.0',
    'https://metadata.google.internal',
  ]
  for (const address of inside) {
    const document = { resource: world.url, authorization_servers: [address] }
    world.serverPages.set('/.well-known/oauth-protected-resource/mcp', document)
    const { error, opened } = await enter(world)
    assert.ok(error, address)
    assert.deepEqual(opened, [])
  }
})

test('[AUTH-50] nor by a redirect, nor in circles', async () => {
  await using world = await startWorld()
  for (const location of ['http://169.254.169.254/latest', 'https://10.0.0.1/', paths.metadata]) {
    world.pages.set(paths.metadata, (_, response) => response.writeHead(302, { location }).end())
    const { error, opened } = await enter(world)
    assert.ok(error, location)
    assert.deepEqual(opened, [])
  }
  assert.ok(world.count(paths.metadata) < 30)
})

test('huge, deep, endless and broken metadata is given up', { timeout: 30_000 }, async () => {
  const spoiled: ((asked: Asked, response: ServerResponse) => void)[] = [
    (_, response) => sendJson(response, { ...goodMetadata('x'), filler: 'x'.repeat(4_000_000) }),
    (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"issuer'),
    (_, response) => response.writeHead(200).end(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hi</h1>'),
    (_, response) => sendJson(response, null),
    (_, response) => sendJson(response, [1]),
    (_, response) => sendJson(response, { issuer: { toString: 1 }, token_endpoint: ['a'] }),
    (_, response) => {
      // Writes for as long as anybody reads.
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => response.write(`"${'x'.repeat(65_536)}",`)
      response.on('drain', more)
      response.write('[')
      while (more());
    },
  ]
  for (const [index, page] of spoiled.entries()) {
    await using world = await startWorld()
    world.pages.set(paths.metadata, page)
    world.pages.set(paths.openid, page)
    const { error, opened } = await enter(world)
    assert.ok(error, `metadata ${index}`)
    assert.ok(error.message.length < 1_000)
    assert.deepEqual(opened, [])
    await using other = await startWorld()
    other.serverPages.set('/.well-known/oauth-protected-resource/mcp', page)
    other.serverPages.set('/.well-known/oauth-protected-resource', page)
    assert.ok((await enter(other)).error, `resource metadata ${index}`)
  }
})

test('[AUTH-36, AUTH-37, AUTH-38] a code that another issuer sends goes nowhere', async () => {
  for (const iss of [
    'https://evil.example',
    (issuer: string) => `${issuer}/`,
    (issuer: string) => issuer.toUpperCase(),
    (issuer: string) => issuer.replace('127.0.0.1', '127.0.0.1:80'),
    () => undefined,
  ]) {
    await using world = await startWorld()
    const said = typeof iss === 'function' ? iss(world.issuer) : iss
    world.pages.set(paths.authorize, (asked, response) =>
      sendBack(asked, response, {
        code: 'code-of-another',
        state: asked.query.get('state'),
        ...(said !== undefined && { iss: said }),
      }),
    )
    const entered = await enter(world)
    assert.equal(entered.error?.code, 'authorization', String(said))
    assert.equal(world.count(paths.token), 0)
    assert.ok(!entered.error.message.includes('code-of-another'))
  }
})

test('[AUTH-37] an issuer that was not promised is checked all the same, and none is fine then', async () => {
  for (const [said, isGood] of [
    ['https://evil.example', false],
    [undefined, true],
    ['', true],
  ] as const) {
    await using world = await startWorld()
    const { authorization_response_iss_parameter_supported: _, ...metadata } = goodMetadata(
      world.issuer,
    )
    world.pages.set(paths.metadata, metadata)
    const good = world.pages.get(paths.authorize)
    world.pages.set(paths.authorize, (asked, response) => {
      const writeHead = response.writeHead.bind(response)
      response.writeHead = ((status: number, headers: { location: string }) => {
        const location = new URL(headers.location)
        if (said === undefined) location.searchParams.delete('iss')
        else if (said !== '') location.searchParams.set('iss', said)
        return writeHead(status, { location: location.href })
      }) as typeof response.writeHead
      if (typeof good === 'function') good(asked, response)
    })
    const { error, text } = await enter(world)
    if (isGood) assert.match(text ?? '', /ada/)
    else assert.equal(error?.code, 'authorization')
    assert.equal(world.count(paths.token), isGood ? 1 : 0)
  }
})

test('[AUTH-39] an error that another issuer sends is not shown', async () => {
  await using world = await startWorld()
  world.pages.set(paths.authorize, (asked, response) =>
    sendBack(asked, response, {
      error: 'access_denied',
      error_description: 'Call this number at once',
      error_uri: 'https://evil.example/help',
      state: asked.query.get('state'),
      iss: 'https://evil.example',
    }),
  )
  const { error } = await enter(world)
  assert.equal(error?.code, 'authorization')
  assert.doesNotMatch(String(error.stack), /Call this|evil\.example\/help|access_denied/)
})

test('[AUTH-41] a response with another state, none or two is nobody’s', async () => {
  for (const change of [{ state: 'guessed' }, { state: '' }]) {
    await using world = await startWorld()
    world.pages.set(paths.authorize, (asked, response) =>
      sendBack(asked, response, { code: 'a-code', iss: world.issuer, ...change }),
    )
    const { error } = await enter(world)
    assert.ok(error)
    assert.equal(world.count(paths.token), 0)
  }
})

test('[AUTH-48] a server that asks for ever more scopes is told no after a few attempts', async () => {
  await using world = await startWorld()
  let wanted = 0
  const insatiable = () => {
    wanted++
    world.demand.scopes = Array.from({ length: wanted + 1 }, (_, index) => `scope-${index}`)
  }
  const good = world.pages.get(paths.token)
  world.pages.set(paths.token, (asked, response) => {
    if (typeof good === 'function') good(asked, response)
    insatiable()
  })
  const { error, opened } = await enter(world)
  assert.equal(error?.code, 'scope')
  assert.ok(opened.length <= 3, `${opened.length} authorizations`)
})

test('[AUTH-48] nor does it get more by one operation after the other', async () => {
  await using world = await startWorld()
  const visit = visiting()
  const good = world.pages.get(paths.token)
  world.pages.set(paths.token, (asked, response) => {
    if (typeof good === 'function') good(asked, response)
    if (opened() > 1) world.demand.scopes.push(`more-${opened()}`)
  })
  const opened = () => visit.opened.length
  await using client = await connect(world.url, { auth: visit.auth })
  world.demand.scopes.push('more-0')
  for (let index = 0; index < 30; index++) {
    await client.callTool(`tool-${index}`).catch(() => undefined)
  }
  assert.ok(opened() <= 13, `${opened()} authorizations`)
})

test('[AUTH-44] a token goes to its server alone, whatever redirects say', async () => {
  await using world = await startWorld()
  await using other = await startWorld()
  const entered = await enter(world)
  assert.match(entered.text ?? '', /ada/)
  const visit = visiting()
  {
    await using client = await connect(world.url, { auth: visit.auth })
    await client.callTool('whoami')
    world.serverPages.set('/mcp', (_, response) =>
      response.writeHead(307, { location: other.url }).end(),
    )
    await client.callTool('whoami').catch(() => undefined)
  }
  const leaked = [...other.calls, ...other.asked, ...world.asked].filter(({ headers }) =>
    [...world.tokens.keys()].some((token) => headers.authorization?.includes(token)),
  )
  assert.deepEqual(leaked, [])
})

test('[AUTH-30] a server that moves takes nothing of its old authorization server along', async () => {
  await using world = await startWorld()
  await using next = await startWorld()
  const visit = visiting()
  await using client = await connect(world.url, { auth: visit.auth })
  await client.callTool('whoami')
  const document = { resource: world.url, authorization_servers: [next.issuer] }
  world.serverPages.set('/.well-known/oauth-protected-resource/mcp', document)
  const old = [...world.tokens.keys()]
  world.tokens.clear()
  await client.callTool('whoami').catch(() => undefined)
  assert.equal(next.count(paths.register), 1)
  const brought = next.asked.map(({ body, headers }) => body + JSON.stringify(headers)).join()
  const ids = world.asked.flatMap(({ form }) => [...form.getAll('client_id'), ...secretsIn(form)])
  for (const secret of [...old, ...ids]) assert.ok(!brought.includes(secret))
})

test('a token answer that no server should give is refused', async () => {
  const answers: Record<string, unknown>[] = [
    {},
    { access_token: 'a\r\nx-evil: 1', token_type: 'Bearer' },
    { access_token: 7, token_type: 'Bearer' },
    { access_token: '', token_type: 'Bearer' },
    { access_token: 'a', token_type: 'mac' },
    { access_token: 'x'.repeat(2_000_000), token_type: 'Bearer' },
    { access_token: 'a', token_type: 'Bearer', expires_in: 'soon' },
    { error: 'invalid_client', error_description: `\u001b[2J${'x'.repeat(10_000)}` },
  ]
  for (const answer of answers) {
    await using world = await startWorld()
    const status = 'error' in answer ? 400 : 200
    world.pages.set(paths.token, (_, response) => sendJson(response, answer, status))
    const entered = await enter(world)
    assert.ok(entered.error, JSON.stringify(answer).slice(0, 80))
    assert.ok(entered.error.message.length < 1_500, String(entered.error.message.length))
    assert.ok(!entered.error.message.includes('\u001b'))
    assertSilent(world, entered)
  }
})

test('[AUTH-28] a registration that is refused, or makes no sense, is told of in words', async () => {
  const answers: [number, Record<string, unknown>][] = [
    [400, { error: 'invalid_redirect_uri', error_description: 'No loopback here' }],
    [403, { error: 'access_denied' }],
    [201, {}],
    [201, { client_id: 7 }],
    [201, { client_id: '' }],
    [500, {}],
  ]
  for (const [status, answer] of answers) {
    await using world = await startWorld()
    world.pages.set(paths.register, (_, response) => sendJson(response, answer, status))
    const { error, opened } = await enter(world)
    assert.equal(error?.code, 'registration', `${status} ${JSON.stringify(answer)}`)
    assert.deepEqual(opened, [])
  }
})
