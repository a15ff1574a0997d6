import { createInterface } from 'node:readline'
import { text } from '@clack/prompts'
import { AuthError } from '@lutra/client/auth'
import { isPerson } from '../ask/person.ts'
import { ask } from '../ask/terminal.ts'
import type { CommandContext } from '../command.ts'

/** The address that a browser elsewhere has ended at, as a person pastes it, or as a line of stdin. Never ends where nobody gives one. */
export async function readPasted(redirectUri: string, context: CommandContext): Promise<URL> {
  context.output.note(
    'If the browser is on another machine, it ends at a page that does not load: paste the address of that page here',
  )
  return isPerson() ? askForIt(redirectUri, context) : readLine(redirectUri, context)
}

async function askForIt(redirectUri: string, context: CommandContext): Promise<URL> {
  const resume = context.output.pause()
  try {
    const answer = await ask<string>(
      (options) =>
        text({
          ...options,
          message: 'Address of the page',
          validate: (value) =>
            isThat(value ?? '', redirectUri) ? undefined : `It begins with ${redirectUri}`,
        }),
      context,
    )
    if (answer !== 'esc') return new URL(answer.trim())
  } finally {
    resume()
  }
  throw new AuthError('cancelled', 'The sign-in was given up')
}

function readLine(redirectUri: string, { signal, output }: CommandContext): Promise<URL> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, signal })
    signal.addEventListener('abort', () => process.stdin.pause(), { once: true })
    lines.on('line', (line) => {
      if (line.trim() === '') return
      if (!isThat(line, redirectUri)) {
        output.warn(`That is not the page: its address begins with ${redirectUri}`)
        return
      }
      lines.close()
      resolve(new URL(line.trim()))
    })
  })
}

function isThat(line: string, redirectUri: string): boolean {
  const given = line.trim()
  if (!URL.canParse(given)) return false
  const { origin, pathname, search } = new URL(given)
  return `${origin}${pathname}` === redirectUri && search !== ''
}
