import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Awaited, type LoopbackOptions, openLoopback } from './loopback.ts'

const issuer = 'https://as.example'
const page = (state = 'right') => new URL(`https://as.example/authorize?state=${state}`)
const awaited: Awaited = { url: page(), issuer }

async function opened(t: TestContext, options?: LoopbackOptions) {
  const loopback = await openLoopback(options)
  t.after(() => loopback.close())
  return loopback
}

interface Seen {
  readonly status: number
  readonly text: string
  readonly headers: ReadonlyMap<string, string>
}

/** A browser, or somebody who plays one. */
function visit(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const visiting = request(url, { method, headers, agent: false }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      const got = new Map(
        Object.entries(response.headers).map(([name, one]) => [name, String(one)]),
      )
      resolve({ status: response.statusCode ?? 0, text, headers: got })
    })
    visiting.once('error', reject).end()
  })
}

const never = new AbortController().signal

test('[AUTH-41] Takes the answer that is waited for, says so, and listens no more', async (t) => {
  const loopback = await opened(t, { name: 'My & own' })
  const { redirectUri } = loopback
  assert.match(redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  const arrived = loopback.arrived(never, awaited)
  const seen = await visit(`${redirectUri}?code=abc&state=right&iss=${encodeURIComponent(issuer)}`)
  assert.equal(seen.status, 200)
  assert.match(seen.text, /You can close this page/)
  assert.match(seen.text, /My &#38; own/)
  assert.doesNotMatch(seen.text, /abc|<script|right/)
  assert.equal((await arrived).searchParams.get('code'), 'abc')
  loopback.close()
  await assert.rejects(visit(`${redirectUri}?code=abc&state=right`), { code: 'ECONNREFUSED' })
})

test('[AUTH-41] The page is nobody else’s to frame, keep or learn of, and runs nothing', async (t) => {
  const loopback = await opened(t)
  const arrived = loopback.arrived(never, awaited)
  const { headers } = await visit(`${loopback.redirectUri}?code=abc&state=right`)
  await arrived
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
  assert.equal(headers.get('x-frame-options'), 'DENY')
  assert.match(
    headers.get('content-security-policy') ?? '',
    /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/,
  )
})

test('[AUTH-41] Sends away what is forged or malformed, and goes on waiting', async (t) => {
  const loopback = await opened(t)
  const { redirectUri } = loopback
  const { host } = new URL(redirectUri)
  assert.equal((await visit(`${redirectUri}?code=early&state=right`)).status, 400)
  const arrived = loopback.arrived(never, awaited)
  const right = `${redirectUri}?code=abc&state=right`
  const attacks: readonly (readonly [number, string, Record<string, string>?, string?])[] = [
    [400, `${redirectUri}?code=forged&state=wrong`],
    [400, `${redirectUri}?code=forged`],
    [400, `${redirectUri}?error=access_denied&state=wrong`],
    [400, `${redirectUri}?error=access_denied`],
    [400, `${redirectUri}?code=a&code=b&state=right`],
    [400, `${redirectUri}?code=a&state=wrong&state=right`],
    [400, `${redirectUri}?code=a&error=b&state=right`],
    [400, `${redirectUri}?state=right`],
    [400, redirectUri],
    [404, right.replace('/callback', '/')],
    [404, right.replace('/callback', '/callback/')],
    [404, right.replace('/callback', '/CALLBACK')],
    [404, right.replace('/callback', '//callback')],
    [404, right.replace('/callback', '/favicon.ico')],
    [405, right, {}, 'POST'],
    [405, right, {}, 'OPTIONS'],
    [421, right, { host: 'evil.example' }],
    [421, right, { host: `evil.example:${new URL(redirectUri).port}` }],
    [421, right, { host: host.replace('127.0.0.1', 'localhost') }],
    [421, right, { host: `${host}.evil.example` }],
    [403, right, { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    [403, right, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    [403, right, { 'sec-fetch-dest': 'empty' }],
    [403, right, { 'sec-purpose': 'prefetch' }],
  ]
  for (const [status, url, headers, method] of attacks) {
    const seen = await visit(url, headers, method)
    assert.equal(seen.status, status, `${method} ${url} ${JSON.stringify(headers)}`)
    assert.doesNotMatch(seen.text, /forged/)
  }
  await visit(right, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })
  assert.equal((await arrived).searchParams.get('code'), 'abc')
})

test('[AUTH-41] Of two answers the first counts; the second is sent away', async (t) => {
  const loopback = await opened(t)
  const arrived = loopback.arrived(never, awaited)
  const first = await visit(`${loopback.redirectUri}?code=first&state=right`)
  const second = await visit(`${loopback.redirectUri}?code=second&state=right`)
  assert.deepEqual([first.status, second.status], [200, 400])
  assert.equal((await arrived).searchParams.get('code'), 'first')
})

test('[AUTH-39] Repeats what a server says of a failure as text, and only where it is that server', async (t) => {
  const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u202e\u0007'
  const query = new URLSearchParams({
    error: '<b>bad</b>',
    error_description: hostile + 'x'.repeat(5000),
    state: 'right',
  })
  const answerTo = async (more: Record<string, string>) => {
    const loopback = await opened(t)
    const arrived = loopback.arrived(never, awaited)
    const seen = await visit(
      `${loopback.redirectUri}?${new URLSearchParams([...query, ...Object.entries(more)])}`,
    )
    assert.equal((await arrived).searchParams.get('error'), '<b>bad</b>')
    return seen.text
  }
  for (const more of [{}, { iss: issuer }]) {
    const text = await answerTo(more)
    assert.match(text, /&#60;b&#62;bad&#60;\/b&#62;/)
    assert.match(text, /&#60;script&#62;alert\(1\)/)
    for (const bad of ['<script', '<img', '<b>', '\u202e', '\u0007']) assert.ok(!text.includes(bad))
    assert.ok(text.length < 3000)
  }
  for (const iss of ['https://evil.example', `${issuer}/`, '']) {
    assert.doesNotMatch(await answerTo({ iss }), /bad|alert/, iss)
  }
})

test('Ends after a time, with a word on it, and with the signal', async (t) => {
  const loopback = await opened(t, { timeoutMs: 50 })
  await assert.rejects(loopback.arrived(never, awaited), { code: 'cancelled' })
  assert.equal((await visit(`${loopback.redirectUri}?code=late&state=right`)).status, 400)
  const control = new AbortController()
  const arrived = loopback.arrived(control.signal, awaited)
  control.abort(new Error('enough'))
  await assert.rejects(arrived, /enough/)
  await assert.rejects(loopback.arrived(control.signal), /enough/)
})

test('Closes even where somebody hangs on', async (t) => {
  const loopback = await opened(t)
  const { port } = new URL(loopback.redirectUri)
  const socket = connect(Number(port), '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write('GET /callback HTTP/1.1\r\n')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  loopback.close()
  await closed
})

test('Listens where the client is registered: paths, ports, names, and the ports of before', async (t) => {
  const first = await opened(t)
  first.close()
  const again = await opened(t, {
    before: ['http://127.0.0.1:1/other', 'nonsense', first.redirectUri],
  })
  assert.equal(again.redirectUri, first.redirectUri)
  const other = await opened(t, { before: [first.redirectUri] })
  assert.notEqual(other.redirectUri, first.redirectUri)
  const named = await opened(t, { redirectUri: 'http://localhost' })
  assert.match(named.redirectUri, /^http:\/\/localhost:\d+$/)
  const arrived = named.arrived(never)
  await visit(`${named.redirectUri}/?code=abc&state=any`)
  assert.equal((await arrived).searchParams.get('state'), 'any')
})

test('Says which port is taken', async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  await assert.rejects(
    openLoopback({ redirectUri: `http://127.0.0.1:${port}/callback` }),
    new RegExp(`port ${port} `),
  )
})

for (const redirectUri of [
  'https://127.0.0.1/callback',
  'http://as.example/callback',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://127.0.0.1/?a=b',
  'http://127.0.0.1/#a',
  'app://callback',
  '',
]) {
  test(`[AUTH-41] Listens at no ${redirectUri || 'empty redirect URI'}`, async () => {
    await assert.rejects(openLoopback({ redirectUri }), TypeError)
  })
}
