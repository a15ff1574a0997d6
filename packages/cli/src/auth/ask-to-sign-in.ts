import {
  type ClientIdentity,
  type CredentialStore,
  codeGrant,
  oauth,
  type WayIn,
} from '@lutra/client/auth'
import type { CommandContext } from '../command.ts'

export interface Signing {
  readonly store: CredentialStore
  readonly identity: ClientIdentity
  readonly context: CommandContext
}

/** A way in by what is held; where that does not do, whoever is there is asked to sign in. */
export function askToSignIn({ store, identity, context }: Signing): WayIn {
  const grant = codeGrant({
    ...identity,
    async open(need, known) {
      const { agree } = await import('./agree.ts')
      const showing = await agree(need, context)
      const { openLanding } = await import('./landing.ts')
      return openLanding({ showing, need, known }, context)
    },
  })
  return oauth(grant, { store })
}
