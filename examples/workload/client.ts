import assert from 'node:assert/strict'
import { AuthError, workload } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'
import { startWorld } from '../client-credentials/world.ts'
import { startPlatform } from './platform.ts'

// A platform that runs programs and says who they are, as Kubernetes, clouds and build services do.
await using platform = await startPlatform()
await using world = await startWorld({
  workloads: [
    {
      id: 'nightly-build',
      issuer: platform.issuer,
      jwks: platform.jwks,
      subject: 'repo:acme/site:ref:main',
    },
  ],
})
const { url } = world
const requestUrl = platform.tokenUrl

// #region fetch
const byPlatform = workload({
  clientId: 'nightly-build',
  token: async ({ audience, signal }) => {
    const asked = `${requestUrl}?audience=${encodeURIComponent(audience)}`
    const response = await fetch(asked, { signal })
    return (await response.json()).value
  },
})
// #endregion

// #region connect
await using client = await connect(url, { auth: byPlatform })
// #endregion
const { data } = await client.callTool('whoami')
console.log(data)
assert.equal((data as { client?: string }).client, 'nightly-build')

// The platform is asked for every token, with the audience that it is needed for.
assert.deepEqual(platform.audiences, [world.issuer])

// A token that is for somebody else never leaves this process.
const elsewhere = workload({
  clientId: 'nightly-build',
  token: () => platform.issue('https://kubernetes.default.svc'),
})
const error = await connect(url, { auth: elsewhere }).catch((thrown: unknown) => thrown)
assert.ok(error instanceof AuthError)
console.log(error.message)
assert.match(error.message, /is not for/)
console.log('done')
