import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lutra } from '../test/lutra.ts'
import {
  type Running,
  resourcePath,
  type Site,
  serverPath,
  startSite,
} from '../test/servers/site.ts'
import type { Finding } from './doctor/finding.ts'

const folder = mkdtempSync(join(tmpdir(), 'lutra-doctor-'))
after(() => rmSync(folder, { recursive: true }))
const env = { LUTRA_CREDENTIALS: join(folder, 'credentials.json') }

interface Told {
  readonly code: number | null
  readonly findings: readonly Finding[]
  readonly stderr: string
}

async function examine(site: Pick<Running, 'url'>, ...args: string[]): Promise<Told> {
  const { code, stdout, stderr } = await lutra(['doctor', site.url, '--json', ...args], { env })
  assert.notEqual(stdout, '', stderr)
  return { code, findings: JSON.parse(stdout).findings, stderr }
}

type Change = (site: Site, about: { origin: string; issuer: string; metadata: object }) => void

interface Fault {
  readonly name: string
  readonly change: Change
  readonly args?: readonly string[]
  readonly code: number
  readonly step: Finding['step']
  readonly outcome: Finding['outcome']
  readonly side?: Finding['side']
  readonly what: RegExp
}

const as = 'authorization server'
const rm = 'resource metadata'

const faults: readonly Fault[] = [
  {
    name: 'a server without WWW-Authenticate still has its metadata at the well-known place',
    change: (site) => (site.challenge = undefined),
    code: 0,
    step: 'challenge',
    outcome: 'odd',
    side: 'the MCP server',
    what: /no WWW-Authenticate header/,
  },
  {
    name: 'a server that asks for another scheme',
    change: (site) => (site.challenge = 'Basic realm="shop"'),
    code: 4,
    step: 'challenge',
    outcome: 'bad',
    side: 'the MCP server',
    what: /asks for basic, not for a bearer token/,
  },
  {
    name: 'a refusal by 403',
    change: (site) => (site.refusal = 403),
    code: 0,
    step: 'answer',
    outcome: 'odd',
    side: 'the MCP server',
    what: /HTTP 403/,
  },
  {
    name: 'metadata that is not where the challenge says',
    change: (site) => site.documents.delete(resourcePath),
    code: 4,
    step: rm,
    outcome: 'bad',
    side: 'the MCP server',
    what: /none where the challenge says.*HTTP 404/,
  },
  {
    name: 'no metadata at all',
    change(site) {
      site.challenge = 'Bearer'
      site.documents.delete(resourcePath)
    },
    code: 4,
    step: rm,
    outcome: 'bad',
    side: 'the MCP server',
    what: /neither at .*oauth-protected-resource\/mcp nor at .*oauth-protected-resource$/,
  },
  {
    name: 'metadata about another resource',
    change: (site, { issuer }) =>
      site.documents.set(resourcePath, {
        resource: 'https://other.example/mcp',
        authorization_servers: [issuer],
      }),
    code: 4,
    step: rm,
    outcome: 'bad',
    side: 'the MCP server',
    what: /Its "resource" is https:\/\/other\.example\/mcp, which is not http/,
  },
  {
    name: 'metadata that names no authorization server',
    change: (site, { origin }) => site.documents.set(resourcePath, { resource: `${origin}/mcp` }),
    code: 4,
    step: rm,
    outcome: 'bad',
    side: 'the MCP server',
    what: /names no authorization server/,
  },
  {
    name: 'an issuer of another name',
    change: (site, { issuer, metadata }) =>
      site.documents.set(serverPath, { ...metadata, issuer: `${issuer}/` }),
    code: 4,
    step: as,
    outcome: 'bad',
    what: /is of the issuer .*\/as\/, not of .*\/as$/,
  },
  {
    name: 'no PKCE',
    change: (site, { metadata }) =>
      site.documents.set(serverPath, { ...metadata, code_challenge_methods_supported: undefined }),
    code: 4,
    step: as,
    outcome: 'bad',
    side: 'the authorization server',
    what: /does not say that it takes PKCE/,
  },
  {
    name: 'PKCE in the clear alone',
    change: (site, { metadata }) =>
      site.documents.set(serverPath, { ...metadata, code_challenge_methods_supported: ['plain'] }),
    code: 4,
    step: as,
    outcome: 'bad',
    side: 'the authorization server',
    what: /by plain alone, not by S256/,
  },
  {
    name: 'no way to register',
    change: (site, { metadata }) =>
      site.documents.set(serverPath, { ...metadata, registration_endpoint: undefined }),
    code: 4,
    step: 'registration',
    outcome: 'bad',
    side: 'the authorization server',
    what: /cannot register themselves/,
  },
  {
    name: 'no way to register, and none needed',
    change: (site, { metadata }) =>
      site.documents.set(serverPath, { ...metadata, registration_endpoint: undefined }),
    args: ['--client-id', 'desk-7'],
    code: 0,
    step: 'registration',
    outcome: 'good',
    what: /is desk-7 there/,
  },
  {
    name: 'an issuer by plain http',
    change: (site, { origin }) =>
      site.documents.set(resourcePath, {
        resource: `${origin}/mcp`,
        authorization_servers: ['http://as.example'],
      }),
    code: 4,
    step: as,
    outcome: 'bad',
    what: /http:\/\/as\.example is plain http/,
  },
  {
    name: 'an authorization server that nobody reaches',
    change: (site, { origin }) =>
      site.documents.set(resourcePath, {
        resource: `${origin}/mcp`,
        authorization_servers: ['http://127.0.0.1:9'],
      }),
    code: 4,
    step: as,
    outcome: 'bad',
    side: 'the network',
    what: /cannot be reached: Nobody listens at 127\.0\.0\.1:9/,
  },
  {
    name: 'an authorization server without metadata',
    change: (site) => site.documents.delete(serverPath),
    code: 4,
    step: as,
    outcome: 'bad',
    side: 'the authorization server',
    what: /no metadata at any of .*oauth-authorization-server\/as \(HTTP 404\), .*openid-configuration\/as .*\/as\/\.well-known\/openid-configuration/,
  },
  {
    name: 'an address inside that its metadata names, and leaves it alone',
    change: (site, { origin }) =>
      site.documents.set(resourcePath, {
        resource: `${origin}/mcp`,
        authorization_servers: ['https://169.254.169.254'],
      }),
    code: 4,
    step: as,
    outcome: 'bad',
    side: 'the MCP server',
    what: /names https:\/\/169\.254\.169\.254, which is not asked: .*169\.254\.169\.254/,
  },
  {
    name: 'metadata that is a page',
    change: (site) => site.documents.set(resourcePath, '<html>welcome</html>'),
    code: 4,
    step: rm,
    outcome: 'bad',
    side: 'the MCP server',
    what: /which is no JSON object/,
  },
  {
    name: 'a token that the server refuses',
    change: () => {},
    args: ['--token', 'bad'],
    code: 5,
    step: 'call',
    outcome: 'bad',
    side: 'this command line',
    what: /refuses the token/,
  },
  {
    name: 'a token that has expired',
    change: () => {},
    args: [
      '--token',
      `e30.${Buffer.from('{"exp":1000,"iss":"https://x"}').toString('base64url')}.x`,
    ],
    code: 5,
    step: 'credentials',
    outcome: 'bad',
    side: 'this command line',
    what: /has expired 1970-01-01/,
  },
]

for (const { name, change, args = [], code, ...finding } of faults) {
  test(`doctor tells ${name}`, async () => {
    const site = await startSite(change)
    try {
      const told = await examine(site, ...args)
      const found = told.findings.find(
        (one) =>
          one.step === finding.step &&
          one.outcome === finding.outcome &&
          finding.what.test(one.what),
      )
      assert.ok(found, JSON.stringify(told.findings, null, 2))
      if (finding.side) assert.equal(found.side, finding.side)
      if (finding.outcome !== 'good' && code !== 5)
        assert.ok(found.see, 'it says where that is written')
      assert.equal(told.code, code, JSON.stringify(told.findings, null, 2))
    } finally {
      await site.close()
    }
  })
}

test('doctor finds nothing where nothing is wrong, and says what to do next', async () => {
  const site = await startSite()
  const { code, findings } = await examine(site)
  assert.equal(code, 0)
  assert.deepEqual(
    findings.filter(({ outcome }) => outcome === 'bad' || outcome === 'odd'),
    [],
  )
  const steps = [...new Set(findings.map(({ step }) => step))]
  assert.deepEqual(steps, ['answer', 'challenge', rm, as, 'registration', 'credentials'])
  assert.equal(findings.at(-1)?.fix, `Sign in: lutra login ${site.url}`)
  const text = await lutra(['doctor', site.url, '--token', 'good'], { env })
  assert.equal(text.code, 0)
  assert.match(
    text.stdout,
    /^Answer to a stranger\n {2}✓ The server answers, and asks who is there \(HTTP 401\)\nChallenge\n/,
  )
  assert.match(
    text.stdout,
    /\nCall\n {2}✓ With the token the server lets this command line in, and shows 12 tools\n\nNothing is broken\n$/,
  )
  assert.equal(text.stderr, '')
  assert.doesNotMatch(text.stdout, /good/)
  await site.close()
})

test('doctor says plainly that a server is public, that there is none, and what it takes', async () => {
  const open = await startSite((site) => (site.open = true))
  const told = await examine(open)
  assert.equal(told.code, 0)
  assert.match(told.findings.at(-1)?.what ?? '', /it is public, and there is nothing to sign in to/)
  await open.close()
  const gone = await examine(open)
  assert.equal(gone.code, 3)
  assert.match(gone.findings.at(-1)?.what ?? '', /Nobody listens at/)
  const unknown = await examine({ url: 'https://no-such-host.invalid/mcp' })
  assert.equal(unknown.code, 3)
  assert.equal(unknown.findings.at(-1)?.side, 'the network')
  const { code, stderr } = await lutra(['doctor', 'nothing.ts'], { env })
  assert.equal(code, 2)
  assert.match(stderr, /There is no file/)
})
