import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryCredentials } from '@lutra/client/auth'
import { resourcePath, startSite } from '../../test/servers/site.ts'
import { examine } from './examine.ts'
import type { Finding } from './finding.ts'

test('what a known provider cannot do is told, where the issuer is one of its', async () => {
  const issuer = 'https://login.microsoftonline.com/tenant/v2.0'
  const site = await startSite(({ documents }, { origin }) => {
    documents.set(resourcePath, { resource: `${origin}/mcp`, authorization_servers: [issuer] })
  })
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
  }
  const findings: Finding[] = []
  await examine(
    {
      server: new URL(site.url),
      // The provider itself is not asked.
      fetch: async (input, init) =>
        String(input).startsWith('https://login.microsoftonline.com')
          ? Response.json(metadata)
          : fetch(input, init),
      signal: new AbortController().signal,
      timeoutMs: 5000,
      say: (step, outcome, what) =>
        findings.push({ step, outcome, ...(typeof what === 'string' ? { what } : what) }),
      busy() {},
    },
    { bare: {}, authorized: {}, token: undefined, clientId: undefined, store: memoryCredentials() },
  )
  await site.close()
  const told = findings.filter(({ step }) => step === 'authorization server')
  assert.ok(told.some(({ outcome, what }) => outcome === 'bad' && /PKCE/.test(what)))
  assert.ok(
    told.some(({ what }) =>
      /Its metadata does not say that it takes PKCE, though it does/.test(what),
    ),
  )
  assert.ok(told.some(({ what }) => /knows neither registration nor metadata documents/.test(what)))
})
