import { type AuthServerOptions, createAuthServer } from '@lutra/auth-server'
import { createMemoryStore } from '@lutra/core'
import { createServer, tool } from '@lutra/server'
import { type BearerOptions, bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { freePort } from '../../scripts/free-port.ts'

/** Some protected servers on this machine, and the authorization server that issues their tokens. */
export async function startWorld(
  settings: Partial<AuthServerOptions>,
  { servers = 1, ...doors }: { servers?: number } & Pick<BearerOptions, 'dpop'> = {},
) {
  const issuerPort = await freePort()
  const doorPorts = await Promise.all(Array.from({ length: servers }, freePort))
  const issuer = `http://127.0.0.1:${issuerPort}`
  const urls = doorPorts.map((port) => `http://127.0.0.1:${port}/mcp`)
  const auth = createAuthServer({
    issuer,
    store: createMemoryStore(),
    resources: urls,
    scopes: ['notes:read', 'notes:write'],
    // Programs and employees get in without it.
    signIn: () => new Response('Nobody signs in here', { status: 403 }),
    ...settings,
  })
  await auth.listen(issuerPort)
  const running = await Promise.all(
    urls.map((resource, n) =>
      serveNode(notes, {
        auth: bearer({ resource, issuers: issuer, scopes: ['notes:read'], ...doors }),
      }).listen(doorPorts[n]),
    ),
  )
  return {
    issuer,
    urls,
    url: urls[0] ?? '',
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map(({ close }) => close()))
      await auth.close()
    },
  }
}

const notes = createServer({
  name: 'notes',
  version: '1.0.0',
  tools: [
    tool({
      name: 'whoami',
      description: 'Who is calling',
      run: (_, { auth }) => ({ subject: auth?.subject, client: auth?.clientId }),
    }),
    tool({
      name: 'write',
      description: 'Writes a note',
      scopes: ['notes:write'],
      run: () => 'Written',
    }),
  ],
})
