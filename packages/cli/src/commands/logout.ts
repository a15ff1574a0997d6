import { type CredentialStore, signOut } from '@lutra/client/auth'
import { openStore } from '../auth/store.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { commonFlags } from '../target/flags.ts'
import { noMore } from '../target/no-more.ts'
import { readServer } from '../target/target.ts'
import type { Words } from '../words.ts'

/** Signs one out. */
export const logout: Command = {
  usage: ['URL', '--all'],
  about: `Signs you out of a server: its tokens are revoked where the authorization server takes that, and deleted here in any case.
--all signs you out everywhere, and deletes the registrations and keys of this command line as well.`,
  flags: {
    all: { type: 'boolean', help: 'Everywhere; nothing is left' },
    ...commonFlags,
  },
  examples: [
    ['lutra logout https://shop.example/mcp', 'one server'],
    ['lutra logout --all', 'everywhere'],
  ],
  run,
}

async function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const [place, ...rest] = words.plain
  noMore(rest)
  const all = words.on('all')
  if (all === (place !== undefined)) {
    throw new UsageError('Sign out of what? Give the URL of a server, or --all')
  }
  const store = await openStore(context.output)
  const servers = place === undefined ? await serversOf(store) : [readServer(place)]
  const done: object[] = []
  for (const server of servers) done.push(await leave(server, store, context))
  if (all) await clear(store)
  const { output } = context
  if (output.json) output.printJson({ signedOut: done })
  else if (servers.length === 0) output.note('You were signed in nowhere')
  return ExitCode.ok
}

async function leave(
  server: URL,
  store: CredentialStore,
  { output, signal }: CommandContext,
): Promise<object> {
  const left = await signOut(server, { store, signal })
  const { href } = server
  if (!output.json) {
    if (!left) output.note(`You were not signed in to ${href}`)
    else if (left.revoked === 'revoked') {
      output.print(
        `Signed out of ${href}: ${left.issuer} has revoked the tokens, and they are deleted here`,
      )
    } else if (left.revoked === 'kept') {
      output.print(
        `Signed out of ${href}: the tokens are deleted here; ${left.issuer} takes no revocations`,
      )
    } else output.print(`Signed out of ${href}: the tokens are deleted here`)
  }
  if (left?.revoked === 'failed') {
    output.warn(
      `${left.issuer} could not be told: the tokens are good there until they expire (${left.why ?? ''})`,
    )
  }
  return { server: href, ...(left ?? { revoked: 'kept' }), wasSignedIn: left !== undefined }
}

async function serversOf(store: CredentialStore): Promise<URL[]> {
  const records = await store.list()
  return records.flatMap(({ key }) => (key.kind === 'server' ? [new URL(key.url)] : []))
}

async function clear(store: CredentialStore): Promise<void> {
  for (const { key } of await store.list()) await store.delete(key)
}
