import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressKind } from './address-kind.ts'
import { AuthError } from './auth-error.ts'
import { createUrlGuard, type GuardRules } from './url-guard.ts'

function refused(url: string, rules?: GuardRules): boolean {
  try {
    createUrlGuard(rules).check(url)
    return false
  } catch (error) {
    assert.ok(error instanceof AuthError && error.code === 'unsafe_url', String(error))
    return true
  }
}

const odd = [
  'http://as.example/',
  'javascript:alert(1)//as.example',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'file://as.example/x',
  'ftp://as.example/',
  'ws://as.example/',
  'blob:https://as.example/x',
  'gopher://as.example:70/',
  'https:',
  '/relative',
  '',
  'https://user:secret@as.example/',
  'https://user@as.example/',
  'https://a..b.example/',
  `https://as.example/${'x'.repeat(9000)}`,
]

for (const url of odd) {
  test(`[AUTH-49] [AUTH-50] Refuses ${JSON.stringify(url.slice(0, 40))} of a peer, whatever is allowed`, () => {
    assert.ok(refused(url))
    const all = {
      allowLoopback: true,
      allowHosts: ['as.example'],
      server: new URL('http://[::1]/'),
    }
    assert.ok(refused(url, all))
  })
}

const inside = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.01/',
  'https://127.0.0.1./',
  'https://１２７.0.0.1/',
  'https://%31%32%37.0.0.1/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://anything.localhost/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://0.0.0.0/',
  'https://[::]/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.0.1/',
  'https://100.64.0.1/',
  'https://198.18.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[::ffff:169.254.169.254]/',
  'https://[::ffff:0:a9fe:a9fe]/',
  'https://[64:ff9b::169.254.169.254]/',
  'https://[64:ff9b::10.0.0.1]/',
  'https://[64:ff9b:1::808:808]/',
  'https://[2002:7f00:1::]/',
  'https://[2002:808:808::]/',
  'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'https://[2001:db8::1]/',
  'https://[3fff::1]/',
  'https://[2606:4700::5efe:10.0.0.1]/',
  'https://[2606:4700::200:5efe:10.0.0.1]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[ff02::1]/',
  'https://[5f00::1]/',
  'https://[1234::1]/',
  'https://100.100.100.200/',
  'https://168.63.129.16/',
  'https://192.0.0.192/',
  'https://192.0.2.1/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://intranet/',
  'https://printer.local/',
  'https://metadata.google.internal/',
  'https://router.home.arpa./',
]

for (const url of inside) {
  test(`[AUTH-50] Refuses ${url} of a peer`, () => assert.ok(refused(url)))
}

for (const url of [
  'https://as.example/',
  'https://8.8.8.8:8443/x?y',
  'https://[2606:4700::1111]/',
  'https://[64:ff9b::8.8.8.8]/',
  'https://xn--bcher-kva.example./',
]) {
  test(`[AUTH-50] Takes ${url}`, () => assert.ok(!refused(url)))
}

test('[AUTH-50] Takes loopback and plain http to it where the server itself is there, unless told', () => {
  for (const server of ['http://localhost:3000/mcp', 'http://127.0.0.1/mcp', 'https://[::1]/'].map(
    (text) => new URL(text),
  )) {
    for (const url of [
      'http://localhost:9000/',
      'http://127.0.0.2/',
      'http://[::1]/',
      'https://x.localhost/',
      'http://[::ffff:127.0.0.1]/',
    ]) {
      assert.ok(!refused(url, { server }), url)
      assert.ok(!refused(url, { allowLoopback: true }), url)
    }
    assert.ok(refused('http://127.0.0.1/', { server, allowLoopback: false }))
    for (const url of [
      'http://10.0.0.1/',
      'https://10.0.0.1/',
      'http://as.example/',
      'https://169.254.169.254/',
    ]) {
      assert.ok(refused(url, { server }), url)
    }
  }
})

test('[AUTH-50] Takes private hosts that the user has named, and no others beside them', () => {
  const server = new URL('https://10.1.2.3/mcp')
  assert.ok(!refused('https://10.1.2.3/authorize', { server }))
  assert.ok(!refused('https://10.1.2.3:8443/', { server }))
  assert.ok(refused('https://10.1.2.4/', { server }))
  assert.ok(refused('http://10.1.2.3/', { server }))
  const allowHosts = ['Keycloak', 'sso.corp.internal', '[fd00::7]', 'fd00::8', '192.168.0.9:8443']
  for (const url of [
    'https://keycloak/',
    'https://sso.corp.internal./x',
    'https://[fd00::7]/',
    'https://[fd00:0::8]/',
    'https://192.168.0.9:8443/',
  ]) {
    assert.ok(!refused(url, { allowHosts }), url)
  }
  for (const url of [
    'https://keycloak2/',
    'https://192.168.0.9/',
    'https://x.sso.corp.internal/',
    'https://[fd00::9]/',
  ]) {
    assert.ok(refused(url, { allowHosts }), url)
  }
})

test('[AUTH-50] A name that the user has named may come to a private address, not to loopback or metadata', () => {
  const server = new URL('https://mcp.corp.example/mcp')
  const guard = createUrlGuard({ server, allowHosts: ['sso.corp.example'] })
  for (const name of ['mcp.corp.example', 'sso.corp.example']) {
    const url = guard.check(`https://${name}/`)
    for (const address of ['10.0.0.1', '8.8.8.8', 'fd12::1', '100.64.1.1'])
      guard.checkAddress(address, url)
    for (const address of [
      '127.0.0.1',
      '::1',
      '169.254.169.254',
      '0.0.0.0',
      'fe80::1',
      '::ffff:127.0.0.1',
      'nonsense',
      '',
    ]) {
      assert.throws(() => guard.checkAddress(address, url), { code: 'unsafe_url' }, address)
    }
  }
  const other = guard.check('https://other.example/')
  assert.throws(() => guard.checkAddress('10.0.0.1', other), { code: 'unsafe_url' })
})

test('[AUTH-50] Plain http goes to loopback even where a loopback name comes to another address', () => {
  const guard = createUrlGuard({ allowLoopback: true })
  const url = guard.check('http://x.localhost/')
  guard.checkAddress('127.0.0.1', url)
  assert.throws(() => guard.checkAddress('8.8.8.8', url), { code: 'unsafe_url' })
})

test('[AUTH-46] Says nothing of a URL but its scheme and host', () => {
  for (const url of [
    'https://who:secret@as.example/secret',
    'http://as.example/secret?secret#secret',
    'secret:secret',
    'https://[secret',
    'https://10.0.0.1/secret',
  ]) {
    assert.throws(
      () => createUrlGuard().check(url),
      (error: Error) => {
        if (!url.startsWith('secret'))
          assert.doesNotMatch(`${error.message}${error.stack}`, /secret(?!:)/)
        return !error.message.includes('secret/') && error.cause === undefined
      },
    )
  }
})

test('[AUTH-50] No spelling of an address that is not public gets by', () => {
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet), fc.func(fc.nat()), (octets, choose) => {
      fc.pre(addressKind(octets.join('.')) !== 'public')
      for (const host of spellings(octets, choose)) {
        if (!URL.canParse(`https://${host}/`)) continue
        assert.ok(refused(`https://${host}/`), host)
      }
    }),
    { numRuns: 2000 },
  )
})

test('[AUTH-50] No address of IPv6 outside of the global range gets by, nor one inside that hides another', () => {
  const part = fc.integer({ min: 0, max: 0xffff })
  fc.assert(
    fc.property(fc.array(part, { minLength: 8, maxLength: 8 }), ([first = 0, ...rest]) => {
      fc.pre(first >> 13 !== 1 && !(first === 0x64 && rest[0] === 0xff9b) && first !== 0)
      assert.ok(refused(`https://[${[first, ...rest].map((one) => one.toString(16)).join(':')}]/`))
    }),
  )
})

// Mostly what matters: the first octets of ranges that are special.
const octet = fc.oneof(
  fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 224, 254, 255, 168, 16, 18, 64),
  fc.integer({ min: 0, max: 255 }),
)

type Octets = readonly [number, number, number, number]

/** Ways to write one IPv4 address into a URL. */
function spellings(octets: Octets, choose: (seed: unknown) => number): string[] {
  const [a, b, c, d] = octets
  const bases = [
    (n: number) => String(n),
    (n: number) => `0x${n.toString(16)}`,
    (n: number) => `0${n.toString(8)}`,
    (n: number) => `0X000${n.toString(16).toUpperCase()}`,
  ]
  const spell = (n: number, seed: unknown) => (bases[choose(seed) % bases.length] ?? String)(n)
  const high = ((a << 8) | b).toString(16)
  const low = ((c << 8) | d).toString(16)
  const dotted = octets.map((one, at) => spell(one, [at, one])).join('.')
  return [
    octets.join('.'),
    dotted,
    `${dotted}.`,
    [a, b, spell(c * 256 + d, 'three')].join('.'),
    [a, spell(b * 65536 + c * 256 + d, 'two')].join('.'),
    spell(((a * 256 + b) * 256 + c) * 256 + d, 'one'),
    [...octets.join('.')].map((char) => `%${char.charCodeAt(0).toString(16)}`).join(''),
    octets.join('。'),
    `[::ffff:${octets.join('.')}]`,
    `[0:0:0:0:0:FFFF:${high}:${low}]`,
    `[::${high}:${low}]`,
    `[::ffff:0:${high}:${low}]`,
    `[64:ff9b::${octets.join('.')}]`,
    `[2002:${high}:${low}::1]`,
    `[2001::${high}:${low}]`,
    `[2606:4700::5efe:${high}:${low}]`,
  ]
}
