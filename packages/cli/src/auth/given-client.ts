import type { ClientIdentity } from '@lutra/client/auth'
import { isPerson } from '../ask/person.ts'
import type { CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import type { Words } from '../words.ts'

/** Who this command line is to authorization servers: as it is told, or as whoever is there says where nothing else helps. */
export function givenClient(
  words: Words,
  context: CommandContext,
  secret = process.env['LUTRA_CLIENT_SECRET'],
): ClientIdentity {
  const id = givenClientId(words)
  const name = 'Lutra command line'
  if (id !== undefined) {
    if (/^https:\/\//.test(id)) return { name, metadataUrl: id }
    return { name, client: { id, ...(secret && { secret }) } }
  }
  if (!isPerson()) return { name }
  return {
    name,
    async onNeedClient(about) {
      const { askForClient } = await import('./ask-for-client.ts')
      return askForClient(about, context)
    },
  }
}

/** The id of a client that was registered by hand, or the URL of a metadata document. */
export function givenClientId(words: Words): string | undefined {
  const id = words.text('client-id') ?? process.env['LUTRA_CLIENT_ID']
  if (id === undefined || id === '') return undefined
  if (/^[\x20-\x7e]+$/.test(id)) return id
  throw new UsageError('--client-id holds characters that no client id has')
}

/** A program's own credentials. */
export function givenProgram(words: Words, secret = process.env['LUTRA_CLIENT_SECRET']) {
  const clientId = givenClientId(words)
  if (clientId === undefined) {
    throw new UsageError(
      '--machine needs the client that the program is: --client-id ID, or LUTRA_CLIENT_ID',
    )
  }
  if (!secret) {
    throw new UsageError('--machine needs the secret of the client in LUTRA_CLIENT_SECRET')
  }
  return { clientId, clientSecret: secret }
}
