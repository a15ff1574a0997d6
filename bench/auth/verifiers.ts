/** What is compared without any wire, by name: checks of a token that nobody has seen before. */
import { bearer } from '@lutra/server/auth'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { contend } from '../contend.ts'
import { issuer, keys, mint, resource } from './token.ts'

type Check = (token: string) => Promise<unknown>

const checks: Readonly<Record<string, () => Check>> = {
  ours() {
    const auth = bearer({ resource, issuers: issuer, jwks: keys(), cache: { seconds: 0 } })
    const head = { method: 'POST', url: '/mcp' }
    return async (token) => {
      const authorization = `Bearer ${token}`
      const header = (name: string) => (name === 'authorization' ? authorization : undefined)
      return auth.authenticate({ ...head, header })
    }
  },
  jose() {
    const found = createLocalJWKSet(keys())
    const options = { issuer, audience: resource, algorithms: ['ES256'] }
    return (token) => jwtVerify(token, found, options)
  },
}

const make = checks[process.argv[2] ?? '']
if (!make) throw new Error(`No such check: ${process.argv[2]}`)
const check = make()
const token = await mint()
if (!JSON.stringify(await check(token)).includes('mcp:write'))
  throw new Error('The token was refused')
contend(0, {
  async rate(ms) {
    const started = performance.now()
    let checked = 0
    let elapsed = 0
    while (elapsed < Number(ms)) {
      for (let count = 0; count < 10; count++) await check(token)
      checked += 10
      elapsed = performance.now() - started
    }
    return (checked * 1000) / elapsed
  },
})
