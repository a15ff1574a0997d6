import type { CredentialStore, WayIn } from '@lutra/client/auth'
import type { ConnectAnyOptions } from '@lutra/client/connect'
import { givenToken } from '../auth/given-token.ts'
import type { CommandContext } from '../command.ts'
import type { Words } from '../words.ts'

/** How a command gets into a server over HTTP: by the token it is given, by headers that say who it is, or by a way in. */
export async function authorize(
  words: Words,
  context: CommandContext & { readonly way?: (store: CredentialStore) => WayIn },
  headers: unknown,
): Promise<Pick<ConnectAnyOptions, 'auth' | 'token'>> {
  const token = givenToken(words)
  if (token !== undefined) return { token }
  const names = typeof headers === 'object' && headers !== null ? Object.keys(headers) : []
  if (names.some((name) => name.toLowerCase() === 'authorization')) return {}
  if (context.way && !words.on('machine')) {
    const { openStore } = await import('../auth/store.ts')
    return { auth: context.way(await openStore(context.output)) }
  }
  const { findWayIn } = await import('../auth/way-in.ts')
  return { auth: await findWayIn(words, context) }
}
