import type { CredentialStore } from '@lutra/client/auth'
import { subjectOf } from './subject.ts'

/** What is held for one server, without what must not be shown. */
export interface SignedIn {
  readonly server: string
  readonly issuer: string
  readonly resource: string
  readonly client?: string
  readonly subject?: string
  readonly scope?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
  /** Whether tokens are made new without asking. */
  readonly renews: boolean
}

/** Every server that something is held for. */
export async function listSignedIn(store: CredentialStore): Promise<readonly SignedIn[]> {
  const records = await store.list()
  const servers = records.flatMap(({ key, credential }) =>
    key.kind === 'server' && credential.kind === 'server' ? [{ url: key.url, ...credential }] : [],
  )
  const found = await Promise.all(
    servers.map(async ({ url, issuer, resource }): Promise<SignedIn[]> => {
      const tokens = await store.get({ kind: 'tokens', issuer, resource })
      if (!tokens) return []
      const { clientId, scope, expiresAt, refreshToken } = tokens
      const subject = subjectOf(tokens)
      return [
        {
          server: url,
          issuer,
          resource,
          ...(clientId !== undefined && { client: clientId }),
          ...(subject !== undefined && { subject }),
          ...(scope !== undefined && { scope }),
          ...(expiresAt !== undefined && { expiresAt }),
          renews: refreshToken !== undefined,
        },
      ]
    }),
  )
  return found.flat().toSorted((a, b) => (a.server < b.server ? -1 : 1))
}
