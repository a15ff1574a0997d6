import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError, type AuthErrorCode } from '../auth/auth-error.ts'
import { wayIn } from '../auth/way-in.ts'
import { createHost, remote } from '../host.ts'

const answers: readonly [AuthErrorCode, string][] = [
  ['interaction_required', 'needs-auth'],
  ['cancelled', 'needs-auth'],
  ['scope', 'needs-auth'],
  ['token', 'needs-auth'],
  ['discovery', 'failed'],
]

for (const [code, state] of answers) {
  test(`a server that nobody gets into for reasons of ${code} is ${state}, and is reached when they do`, async () => {
    let closed = true
    const auth = wayIn(() => ({
      headers: (): Readonly<Record<string, string>> =>
        closed ? {} : { authorization: 'Bearer x' },
      arrived({ status }) {
        if (status === 401) throw new AuthError(code, 'not yet')
        return false
      },
    }))
    const fetch: typeof globalThis.fetch = async (_, init = {}) => {
      if (!new Headers(init.headers).has('authorization')) return new Response('', { status: 401 })
      const { id } = JSON.parse(String(init.body)) as { id: number }
      const discovery = { supportedVersions: ['2026-07-28'], capabilities: {}, ttlMs: 0 }
      const result = { resultType: 'complete', cacheScope: 'private', ...discovery }
      return Response.json({ jsonrpc: '2.0', id, result })
    }
    const host = createHost({
      servers: { a: remote({ url: 'https://a.test/mcp', auth }) },
      connect: { fetch, onWarning() {} },
    })
    try {
      await host.settled()
      const { status } = host.servers.a
      assert.equal(status.state, state)
      assert.ok('error' in status && status.error instanceof AuthError)
      closed = false
      await host.servers.a.reconnect()
      assert.equal(host.servers.a.status.state, 'ready')
    } finally {
      await host.close()
    }
  })
}
