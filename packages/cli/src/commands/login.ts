import { asDocument, describeExpiry } from '../auth/describe.ts'
import { signIn } from '../auth/sign-in.ts'
import type { SignedIn } from '../auth/signed-in.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { commonFlags, targetFlags } from '../target/flags.ts'
import { noMore } from '../target/no-more.ts'
import { readServer } from '../target/target.ts'
import type { Words } from '../words.ts'

const { 'client-id': clientId, machine, era, timeout } = targetFlags

/** Signs one in. */
export const login: Command = {
  usage: ['URL [--scope SCOPES]', 'URL --machine --client-id ID'],
  about: `Signs you in to a server over HTTP through the browser, and keeps what lets you in, in a file that is yours alone: every
other command uses it for this server and for no other. Where the browser is on another machine, --no-browser shows the
address to open there, and takes the one that the browser ends at.

With --machine a program signs in by its own id and secret, and no person is needed.`,
  flags: {
    scope: {
      type: 'string',
      short: 's',
      value: 'SCOPES',
      help: 'Ask for these scopes too, beside those that the server asks for',
    },
    'no-browser': { type: 'boolean', help: 'Show the address to open, and open nothing' },
    'client-id': clientId,
    'client-secret': {
      type: 'boolean',
      help: 'Ask for the secret of the client, without showing it (LUTRA_CLIENT_SECRET)',
    },
    'redirect-uri': {
      type: 'string',
      value: 'URI',
      help: 'Come back here, as the client was registered: http://127.0.0.1:8400/callback',
    },
    machine,
    era,
    timeout,
    ...commonFlags,
  },
  examples: [
    ['lutra login https://shop.example/mcp', 'through the browser'],
    [
      "lutra login https://shop.example/mcp --scope 'orders:write'",
      'for more than the server asks for',
    ],
    ['lutra login https://shop.example/mcp --no-browser', 'on a machine without a browser'],
    [
      'LUTRA_CLIENT_SECRET=… lutra login https://shop.example/mcp --machine --client-id nightly',
      'a program',
    ],
  ],
  run,
}

async function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const [place, ...rest] = words.plain
  noMore(rest)
  if (place === undefined) throw new UsageError('Sign in to what? lutra login URL')
  const server = readServer(place)
  const { output } = context
  const found = await signIn(server, words, context)
  if (!found) {
    output.note(
      `${server.href} asks nobody who they are: it is public, and there is nothing to sign in to`,
    )
    if (output.json) output.printJson({ server: server.href, public: true })
    return ExitCode.ok
  }
  if (output.json) output.printJson(asDocument(found))
  else for (const [label, text] of rowsOf(found)) output.print(text, `${label}:`.padEnd(9))
  return ExitCode.ok
}

function rowsOf(found: SignedIn): (readonly [string, string])[] {
  const { server, subject, issuer, scope } = found
  return [
    ['Server', server],
    ['Issuer', issuer],
    ...(subject === undefined ? [] : ([['Who', subject]] as const)),
    ...(scope === undefined ? [] : ([['Scopes', scope]] as const)),
    ['Lasts', describeExpiry(found)],
  ]
}
