import type { CredentialStore } from '@lutra/client/auth'
import type { ConnectAnyOptions } from '@lutra/client/connect'
import { providerOf } from '@lutra/server/auth'
import { examineAddress } from './address.ts'
import { examineAnswer } from './answer.ts'
import { examineIssuer } from './authorization-server.ts'
import { examineCall } from './call.ts'
import { examineChallenge } from './challenge.ts'
import type { Examination } from './finding.ts'
import { examineGiven, examineHeld } from './held.ts'
import { examineRegistration } from './registration.ts'
import { examineResourceMetadata, type Protection } from './resource-metadata.ts'

/** What an examination is made with. */
export interface Means {
  /** How to connect as nobody. */
  readonly bare: ConnectAnyOptions
  /** How to connect with what is held or given. */
  readonly authorized: ConnectAnyOptions
  readonly token: string | undefined
  readonly clientId: string | undefined
  readonly store: CredentialStore
}

/** Walks the way that a client goes into a server, and says of each step how it is. */
export async function examine(examination: Examination, means: Means): Promise<void> {
  const { say } = examination
  if (!(await examineAddress(examination))) return
  const answer = await examineAnswer(examination, means.bare)
  if (answer.kind === 'no server') return
  if (answer.kind === 'open') {
    say(
      'challenge',
      'told',
      'The server asks nobody who they are: it is public, and there is nothing to sign in to',
    )
    return
  }
  const protection = await examineProtection(answer.challenge, examination, means)
  if (means.token !== undefined) {
    examineGiven(means.token, protection, examination)
    await examineCall(examination, means.authorized)
  } else if (await examineHeld(means.store, protection, examination)) {
    await examineCall(examination, means.authorized)
  }
}

/** How the server is protected, and whether one can come to a token for it. */
async function examineProtection(
  challenge: string | undefined,
  examination: Examination,
  { store, clientId }: Means,
): Promise<Protection | undefined> {
  const led = examineChallenge(challenge, examination)
  const protection = led && (await examineResourceMetadata(led, examination))
  for (const issuer of protection?.issuers ?? []) {
    const metadata = await examineIssuer(issuer, examination)
    for (const limit of providerOf(issuer)?.limits ?? []) {
      examination.say('authorization server', 'told', limit)
    }
    if (!metadata) continue
    const client = await store.get({ kind: 'client', issuer })
    examineRegistration(metadata, { given: clientId, held: client?.clientId }, examination)
  }
  return protection
}
