import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { guardedFetch } from '@lutra/client/auth-node'
import { exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import type { AuthServerOptions } from './index.ts'
import { authorizationUrl, authorize, discover, exchange, refresh } from './testing/client.test.ts'
import { createBrowser, openConsent, start } from './testing/start.test.ts'

const id = 'https://client.example.com/oauth/metadata.json'
const document = {
  client_id: id,
  client_name: 'Example client',
  redirect_uris: ['https://client.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
  scope: 'whatever it likes',
}
const asking = { clientId: id, redirectUri: 'https://client.example.com/callback' }

/** A web that has one document, and counts how often it is asked for. */
function web(body: unknown, init: ResponseInit = {}) {
  const asked: string[] = []
  const fetch = async (url: unknown): Promise<Response> => {
    asked.push(String(url))
    return typeof body === 'string' ? new Response(body, init) : Response.json(body, init)
  }
  return { asked, options: { fetch } as Partial<AuthServerOptions> }
}

async function serving(
  options: Partial<AuthServerOptions>,
  run: (server: oauth.AuthorizationServer) => Promise<void>,
): Promise<void> {
  const { issuer, close } = await start(options)
  try {
    await run(await discover(issuer))
  } finally {
    await close()
  }
}

/** What somebody sees who starts at this client. */
async function shown(server: oauth.AuthorizationServer, more = {}) {
  const { url } = await authorizationUrl(server, { ...asking, ...more })
  return openConsent(createBrowser(), url)
}

async function refused(server: oauth.AuthorizationServer, more = {}): Promise<string> {
  const { page, status, html, location } = await shown(server, more)
  assert.deepEqual([page, location], ['', ''])
  assert.equal(status, 400)
  return html
}

test('[AUTH-24] a client that nobody registered gets in by its document, which is asked for once', async () => {
  const { asked, options } = web(document, { headers: { 'cache-control': 'max-age=600' } })
  await serving(options, async (server) => {
    const code = await authorize(server, asking)
    const tokens = await exchange(server, code, asking)
    assert.equal(tokens.scope, 'notes:read')
    assert.ok((await refresh(server, tokens.refresh_token ?? '', id)).access_token)
    await authorize(server, asking)
    assert.deepEqual(asked, [id])
  })
})

test('[AUTH-25] the page shows where the client is published and where it sends people back to', async () => {
  const hostile = {
    ...document,
    client_name: '<b onclick=x>Bank\u202e\n</b>',
    redirect_uris: ['https://elsewhere.example/cb'],
  }
  await serving(web(hostile).options, async (server) => {
    const { html } = await shown(server, { redirectUri: 'https://elsewhere.example/cb' })
    assert.match(html, /published by client\.example\.com/)
    assert.match(html, /<dd>elsewhere\.example<\/dd>/)
    assert.match(html, /Read your notes/)
    assert.doesNotMatch(html, /<b |\u202e/)
    assert.doesNotMatch(html, /runs on your device/)
  })
})

test('[AUTH-25] people are warned of clients that have nothing but addresses on their device', async () => {
  const redirect_uris = ['http://127.0.0.1/callback', 'http://localhost/callback']
  await serving(web({ ...document, redirect_uris }).options, async (server) => {
    const { html } = await shown(server, { redirectUri: 'http://127.0.0.1:4321/callback' })
    assert.match(html, /runs on your device/)
    assert.match(html, /this device \(127\.0\.0\.1:4321\)/)
  })
})

const liars: [string, unknown, ResponseInit?][] = [
  ['names another client', { ...document, client_id: 'https://other.example.com/x' }],
  ['names itself almost', { ...document, client_id: `${id}/` }],
  ['has no id', { ...document, client_id: undefined }],
  ['has no name', { ...document, client_name: undefined }],
  ['has a name of spaces', { ...document, client_name: '  ' }],
  ['has an endless name', { ...document, client_name: 'x'.repeat(101) }],
  ['has no redirects', { ...document, redirect_uris: undefined }],
  ['has an empty list of redirects', { ...document, redirect_uris: [] }],
  [
    'has redirects that are no list',
    { ...document, redirect_uris: 'https://client.example.com/callback' },
  ],
  [
    'has too many redirects',
    { ...document, redirect_uris: Array(21).fill('https://client.example.com/callback') },
  ],
  [
    'redirects without TLS',
    {
      ...document,
      redirect_uris: ['https://client.example.com/callback', 'http://client.example.com/callback'],
    },
  ],
  [
    'redirects to a script',
    { ...document, redirect_uris: ['https://client.example.com/callback', 'javascript:alert(1)'] },
  ],
  [
    'redirects with a password',
    { ...document, redirect_uris: ['https://a:b@client.example.com/callback'] },
  ],
  ['has a secret', { ...document, client_secret: 'x' }],
  ['authenticates by a secret', { ...document, token_endpoint_auth_method: 'client_secret_basic' }],
  [
    'has its keys without TLS',
    {
      ...document,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'http://client.example.com/keys',
    },
  ],
  ['is a list', [document]],
  ['is no JSON', '<html>'],
  ['is not there', document, { status: 404 }],
  [
    'is somewhere else',
    document,
    { status: 302, headers: { location: 'https://other.example.com/' } },
  ],
  ['is huge', { ...document, more: 'x'.repeat(20_000) }],
]
for (const [how, body, init] of liars)
  test(`[AUTH-24] a document that ${how} is refused, and nobody is sent anywhere`, async () => {
    await serving(web(body, init).options, async (server) => {
      assert.match(await refused(server), /This did not work/)
    })
  })

test('[AUTH-24] a redirect that is not in the document is refused', async () => {
  await serving(web(document).options, async (server) => {
    await refused(server, { redirectUri: 'https://client.example.com/other' })
  })
})

test('ids that are no addresses of documents are not fetched', async () => {
  const { asked, options } = web(document)
  await serving(options, async (server) => {
    const ids = [
      'http://client.example.com/x',
      'https://user@client.example.com/x',
      'https://client.example.com/a/../x',
      'https://client.example.com/x#y',
      'nobody',
    ]
    for (const clientId of ids) await refused(server, { clientId })
    assert.deepEqual(asked, [])
  })
})

test('documents can be off, or be taken from some places only', async () => {
  const { asked, options } = web(document)
  for (const metadataDocuments of [
    false,
    (url: string) => url.startsWith('https://known.example/'),
  ])
    await serving({ ...options, metadataDocuments }, async (server) => {
      await refused(server)
    })
  assert.deepEqual(asked, [])
})

test('[AUTH-25] documents at loopback, private and link-local addresses are not asked for', async () => {
  let visits = 0
  const inside = createServer((_, response) => response.end(String(visits++)))
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve))
  const { port } = inside.address() as AddressInfo
  const lookup = async () => ['127.0.0.1']
  await serving({ fetch: guardedFetch({ lookup }) }, async (server) => {
    const hosts = [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `[::1]:${port}`,
      '169.254.169.254',
      '10.0.0.1',
      `named.example:${port}`,
    ]
    for (const host of hosts) await refused(server, { clientId: `https://${host}/x` })
    assert.equal(visits, 0)
  })
  await new Promise((resolve) => inside.close(resolve))
})

test('the guard fetches documents from real servers, but neither endless nor redirected ones', async () => {
  const asked: string[] = []
  const site = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'application/json')
    if (request.url === '/huge') response.end('x'.repeat(100_000))
    else if (request.url === '/moved')
      response.writeHead(302, { location: '/oauth/metadata.json' }).end()
    else if (request.url === '/slow') response.write('{')
    else response.end(JSON.stringify(document))
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  const guarded = guardedFetch({
    allowLoopback: true,
    maxRedirects: 0,
    maxBytes: 65_536,
    timeoutMs: 1_000,
  })
  const fetch: typeof globalThis.fetch = (input, init) =>
    guarded(`http://127.0.0.1:${port}${new URL(String(input)).pathname}`, init)
  try {
    await serving({ fetch }, async (server) => {
      assert.ok((await exchange(server, await authorize(server, asking), asking)).access_token)
      for (const path of ['/huge', '/moved', '/slow'])
        await refused(server, { clientId: `https://client.example.com${path}` })
    })
    assert.deepEqual(asked, ['/oauth/metadata.json', '/huge', '/moved', '/slow'])
  } finally {
    site.closeAllConnections()
    await new Promise((resolve) => site.close(resolve))
  }
})

test('a document that never ends is given up', async () => {
  const fetch = (_: unknown, init: RequestInit = {}) =>
    new Promise<Response>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  await serving({ fetch } as Partial<AuthServerOptions>, async (server) => {
    await refused(server)
  })
})

test('a client can prove who it is with keys in its document, each proof once', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' }
  const keyed = {
    ...document,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk] },
  }
  await serving(web(keyed).options, async (server) => {
    await assert.rejects(
      exchange(server, await authorize(server, asking), asking),
      /invalid_client|server responded/,
    )
    const auth = oauth.PrivateKeyJwt({ key: privateKey, kid: 'k1' })
    const code = await authorize(server, asking)
    assert.ok((await exchange(server, code, { ...asking, auth })).access_token)
    let assertion = ''
    const recorded: oauth.ClientAuth = async (...[as, client, body, headers]) => {
      if (!assertion) await auth(as, client, body, headers)
      assertion ||= body.get('client_assertion') ?? ''
      body.set('client_assertion', assertion)
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    }
    assert.ok(
      (await exchange(server, await authorize(server, asking), { ...asking, auth: recorded }))
        .access_token,
    )
    const replayed = exchange(server, await authorize(server, asking), {
      ...asking,
      auth: recorded,
    })
    await assert.rejects(
      replayed,
      (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_client',
    )
  })
})
