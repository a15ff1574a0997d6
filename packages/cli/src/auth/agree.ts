import { select } from '@clack/prompts'
import { AuthError, type Need } from '@lutra/client/auth'
import { ask } from '../ask/terminal.ts'
import type { CommandContext } from '../command.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Showing } from './landing.ts'

/** Asks before anything is opened: a command that somebody typed for another reason must not do that by itself. */
export async function agree(need: Need, context: CommandContext): Promise<Showing> {
  const { server, scope, authorizationServer } = need
  const resume = context.output.pause()
  try {
    const next = await ask(
      (options) =>
        select({
          ...options,
          message: [
            `${safeLine(server.href, 200)} asks you to sign in at ${safeLine(authorizationServer.issuer, 200)}.`,
            ...(scope ? [`Scopes: ${safeLine(scope, 500)}`] : []),
            'Open the browser?',
          ].join('\n'),
          options: [
            { value: 'browser', label: 'Open it' },
            { value: 'address', label: 'Show the address', hint: 'sign in on another machine' },
            { value: 'no', label: 'No', hint: 'end here' },
          ],
        }),
      context,
    )
    if (next === 'browser' || next === 'address') return next
  } finally {
    resume()
  }
  throw new AuthError('cancelled', `${server.href} asked you to sign in, and you did not want to`)
}
