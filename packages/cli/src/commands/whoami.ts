import { asDocument, describeExpiry } from '../auth/describe.ts'
import { listSignedIn } from '../auth/signed-in.ts'
import { openStore } from '../auth/store.ts'
import type { Command, CommandContext } from '../command.ts'
import { UnauthorizedError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { commonFlags } from '../target/flags.ts'
import { noMore } from '../target/no-more.ts'
import { readServer } from '../target/target.ts'
import { alignRows, tabRows } from '../terminal/table.ts'
import type { Words } from '../words.ts'

/** Shows where one is signed in. */
export const whoami: Command = {
  usage: ['[URL]'],
  about: `Shows the servers that you are signed in to: who issued the token, for whom where that is known, its scopes, and how long it
lasts. Asks nobody, and never shows a token. With a URL, that server alone; ends with 5 where you are not signed in to it.`,
  flags: commonFlags,
  examples: [
    ['lutra whoami', 'everywhere'],
    ['lutra whoami https://shop.example/mcp --json', 'one server, as JSON'],
  ],
  run,
}

async function run(words: Words, { output }: CommandContext): Promise<ExitCode> {
  const [place, ...rest] = words.plain
  noMore(rest)
  const server = place === undefined ? undefined : readServer(place)
  const all = await listSignedIn(await openStore(output))
  const found = server ? all.filter((one) => one.server === server.href) : all
  if (server && found.length === 0) {
    throw new UnauthorizedError(`You are not signed in to ${server.href}`, {
      hint: `Sign in: lutra login ${server.href}`,
    })
  }
  if (output.json) {
    output.printJson({ servers: found.map(asDocument) })
    return ExitCode.ok
  }
  if (found.length === 0) output.note('You are signed in nowhere; lutra login URL signs you in')
  const rows = found.map((one) => [
    one.server,
    one.subject ?? '–',
    one.issuer,
    one.scope ?? '–',
    describeExpiry(one),
  ])
  const lines = output.terminal
    ? alignRows([heads, ...rows], ['whole', 'end', 'middle', 'end', 'whole'], output.width)
    : tabRows(rows)
  if (rows.length > 0) output.print(lines.join('\n'))
  return ExitCode.ok
}

const heads = ['SERVER', 'WHO', 'ISSUER', 'SCOPES', 'LASTS']
