import { createAuthServer, development } from '@lutra/auth-server'
import { createMemoryStore } from '@lutra/core'
import { authPort, issuer, url } from './places.ts'

export const auth = createAuthServer({
  issuer,
  store: createMemoryStore(),
  resources: [url],
  scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
  signIn: development(),
  clients: [{ id: 'notebook', name: 'Notebook', redirectUris: ['http://127.0.0.1/callback'] }],
})
await auth.listen(authPort)
