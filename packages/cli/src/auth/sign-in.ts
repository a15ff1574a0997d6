import {
  type CredentialStore,
  clientCredentials,
  codeGrant,
  oauth,
  resourceMetadataUrls,
  type WayIn,
} from '@lutra/client/auth'
import { guardedFetch } from '@lutra/client/auth-node'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import type { CommandContext } from '../command.ts'
import { readDocument } from '../doctor/read-document.ts'
import { UnreachableError } from '../errors.ts'
import { readConnectOptions, warnBy } from '../target/options.ts'
import type { Words } from '../words.ts'
import { anew } from './anew.ts'
import { challengeWith } from './challenge-of.ts'
import { givenClient, givenProgram } from './given-client.ts'
import { openLanding } from './landing.ts'
import { listAll, refusalOf } from './probe.ts'
import { refusedBy } from './refused.ts'
import { readSecret } from './secret.ts'
import { listSignedIn, type SignedIn } from './signed-in.ts'
import { openStore } from './store.ts'

/** Signs in to a server anew, and tries it out; undefined where the server asks nobody who they are. */
export async function signIn(
  server: URL,
  words: Words,
  context: CommandContext,
): Promise<SignedIn | undefined> {
  const { signal } = context
  const secret = await readSecret(words, context)
  const store = await openStore(context.output)
  const options = readConnectOptions(words, context)
  const asked = await challengeOf(server, options)
  if (!asked) return undefined
  const way = wayFor({ words, context, secret, store: anew(store) })
  try {
    const authorized = way({ server, warn: warnBy(context.output) })
    const { authorizer } = authorized
    const departure = { method: 'POST', url: server, operation: 'login', signal }
    await authorizer.headers(departure)
    await authorizer.arrived(challengeWith(asked.challenge, words.text('scope')), departure, 1)
    // Whoever has signed in wants to know whether the server agrees.
    await using client = await connect(server, { ...options, auth: () => authorized })
    await listAll(client)
  } catch (error) {
    signal.throwIfAborted()
    throw refusedBy(server, error)
  }
  return (await listSignedIn(store)).find((one) => one.server === server.href)
}

interface Signing {
  readonly words: Words
  readonly context: CommandContext
  readonly secret: string | undefined
  readonly store: CredentialStore
}

function wayFor({ words, context, secret, store }: Signing): WayIn {
  if (words.on('machine')) return clientCredentials(givenProgram(words, secret), { store })
  const showing = words.on('no-browser') ? 'address' : 'browser'
  const grant = codeGrant({
    ...givenClient(words, context, secret),
    open: (need, known) =>
      openLanding({ showing, redirectUri: words.text('redirect-uri'), need, known }, context),
  })
  return oauth(grant, { store })
}

/** What a server asks of a stranger; undefined where it lets everybody in. */
async function challengeOf(
  server: URL,
  options: ConnectAnyOptions,
): Promise<{ readonly challenge: string | undefined } | undefined> {
  const { signal } = options
  try {
    await using client = await connect(server, options)
    await listAll(client)
  } catch (error) {
    signal?.throwIfAborted()
    const refused = refusalOf(error)
    if (refused) return refused
    throw new UnreachableError((error as Error).message, { cause: error })
  }
  // It lets strangers look; whether it asks for more where it matters, its metadata says.
  const fetch = guardedFetch({ server })
  for (const url of resourceMetadataUrls(server)) {
    const about = { fetch, signal: signal ?? new AbortController().signal, timeoutMs: 15_000 }
    if ((await readDocument(url, about)).kind === 'document') return { challenge: undefined }
  }
  return undefined
}
