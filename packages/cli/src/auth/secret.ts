import { password } from '@clack/prompts'
import { isPerson } from '../ask/person.ts'
import { ask } from '../ask/terminal.ts'
import type { CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import type { Words } from '../words.ts'

/** The secret of a client: from the environment, or typed without being shown. It has no place on a command line. */
export async function readSecret(
  words: Words,
  context: CommandContext,
): Promise<string | undefined> {
  const { LUTRA_CLIENT_SECRET: secret } = process.env
  if (secret) return secret
  if (!words.on('machine') && !words.on('client-secret')) return undefined
  if (!isPerson()) {
    throw new UsageError(
      'There is nobody to type the secret of the client: set LUTRA_CLIENT_SECRET',
    )
  }
  const answer = await ask<string>(
    (options) =>
      password({
        ...options,
        message: 'Secret of the client',
        validate: (value) => (value ? undefined : 'It is empty'),
      }),
    context,
  )
  if (answer === 'esc') throw new UsageError('The client needs a secret')
  return answer
}
