/** A process that shares a file of credentials: `hammer.ts PATH NAME WHAT`. */
import { appendFileSync } from 'node:fs'
import type { CredentialKey, TokenSet } from '../../src/auth/credentials.ts'
import { fileCredentials } from '../../src/auth/node/file-credentials.ts'

const [path = '', name = '', what = 'write'] = process.argv.slice(2)
const store = fileCredentials(path)
const shared: CredentialKey = { kind: 'tokens', issuer: 'https://shared.example', resource: 'r' }

if (what === 'write') await write()
if (what === 'count') await count()
if (what === 'hold') {
  await store.exclusively(shared, async () => {
    process.stdout.write('held\n')
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  })
}

/** Writes entries of its own beside those of others. */
async function write(): Promise<void> {
  for (let at = 0; at < 15; at++) {
    const key = { kind: 'tokens', issuer: `https://${name}.example`, resource: `r${at}` } as const
    await store.set(key, tokens(`${name}-${at}`))
  }
}

/** Reads, waits and writes, as a refresh does: two at once would lose a turn. */
async function count(): Promise<void> {
  for (let at = 0; at < 8; at++) {
    await store.exclusively(shared, async () => {
      appendFileSync(`${path}.log`, `in ${name}\n`)
      const before = await store.get(shared as Extract<CredentialKey, { kind: 'tokens' }>)
      await new Promise((resolve) => setTimeout(resolve, 3))
      await store.set(shared, tokens(String(Number(before?.accessToken ?? 0) + 1)))
      appendFileSync(`${path}.log`, `out ${name}\n`)
    })
  }
}

function tokens(accessToken: string): TokenSet {
  return { kind: 'tokens', accessToken, tokenType: 'Bearer' }
}
