import { password, text } from '@clack/prompts'
import type { PreRegistered } from '@lutra/client/auth'
import { ask } from '../ask/terminal.ts'
import type { CommandContext } from '../command.ts'
import { safeLine } from '../terminal/safe-text.ts'

/** Asks for a client that somebody has registered by hand, where there is no other way to have one. */
export async function askForClient(
  { issuer, redirectUris }: { readonly issuer: string; readonly redirectUris: readonly string[] },
  context: CommandContext,
): Promise<PreRegistered | undefined> {
  const places = redirectUris.map((uri) => safeLine(uri, 200)).join(', ')
  context.output.note(
    `${issuer} does not let clients register themselves. Register one there by hand: a native one, without a secret, ` +
      `with the redirect URI ${places} (on any port, where it lets you)`,
  )
  const resume = context.output.pause()
  try {
    const id = await ask<string>(
      (options) =>
        text({
          ...options,
          message: 'Id of the client',
          validate: (value) => (value?.trim() ? undefined : 'It is empty; Esc ends here'),
        }),
      context,
    )
    if (id === 'esc') return undefined
    const secret = await ask<string>(
      (options) => password({ ...options, message: 'Its secret (nothing, where it has none)' }),
      context,
    )
    return { id: id.trim(), ...(secret && secret !== 'esc' && { secret }) }
  } finally {
    resume()
  }
}
