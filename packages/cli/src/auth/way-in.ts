import { type CredentialStore, clientCredentials, oauth, type WayIn } from '@lutra/client/auth'
import { isPerson } from '../ask/person.ts'
import type { CommandContext } from '../command.ts'
import { UnauthorizedError } from '../errors.ts'
import type { Words } from '../words.ts'
import { askToSignIn } from './ask-to-sign-in.ts'
import { givenClient, givenProgram } from './given-client.ts'
import { openStore } from './store.ts'

/** How a command gets into a server: as the program that it is told to be, by what is held, or by asking whoever is there. */
export async function findWayIn(words: Words, context: CommandContext): Promise<WayIn> {
  const store = await openStore(context.output)
  if (words.on('machine')) return clientCredentials(givenProgram(words), { store })
  if (!isPerson()) return heldWayIn(store)
  return askToSignIn({ store, identity: givenClient(words, context), context })
}

/** A way in by what is held: it renews tokens, and asks nobody. */
export function heldWayIn(store: CredentialStore): WayIn {
  return oauth(
    {
      interactive: false,
      async obtain({ server, scope, authorizationServer: { issuer }, resource }) {
        // Something is held, and does not do: it takes more scopes.
        const held = await store.get({ kind: 'tokens', issuer, resource })
        const more = held && scope !== undefined ? ` --scope '${scope}'` : ''
        const what = more ? `wants more scopes than are held: ${scope}` : 'asks you to sign in'
        throw new UnauthorizedError(`${server.href} ${what}`, {
          hint: `Sign in: lutra login ${server.href}${more}\nOr give a token: --token TOKEN, --token @FILE or LUTRA_TOKEN`,
        })
      },
    },
    { store },
  )
}
