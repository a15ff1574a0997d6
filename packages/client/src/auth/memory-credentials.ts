import { credentialKeyText } from './credential-key.ts'
import type { Credential, CredentialKey, CredentialStore } from './credentials.ts'
import { createTurns } from './turns.ts'

/** Keeps credentials as long as the process lives: nothing is written anywhere. */
export function memoryCredentials(): CredentialStore {
  const held = new Map<string, { readonly key: CredentialKey; readonly credential: Credential }>()
  const turns = createTurns()

  return {
    async get<K extends CredentialKey['kind']>(key: Extract<CredentialKey, { kind: K }>) {
      const credential = held.get(credentialKeyText(key))?.credential
      // A key is only ever written with a credential of its kind.
      return credential as Extract<Credential, { kind: K }> | undefined
    },
    async set(key, credential) {
      assertKind(key, credential)
      for (const [text, entry] of held) if (isOver(entry.credential)) held.delete(text)
      held.set(credentialKeyText(key), structuredClone({ key, credential }))
    },
    async delete(key) {
      return held.delete(credentialKeyText(key))
    },
    async list() {
      return [...held.values()]
    },
    exclusively: (key, work, { signal } = {}) => turns(credentialKeyText(key), work, signal),
  }
}

/** Refuses a credential under a key of another kind. */
export function assertKind(key: CredentialKey, credential: Credential): void {
  if (key.kind === credential.kind) return
  throw new TypeError(`A credential of kind ${credential.kind} is not kept as ${key.kind}`)
}

/** Whether a credential is one that nobody will come back for. */
export function isOver(credential: Credential, now = Date.now()): boolean {
  return credential.kind === 'pending' && credential.expiresAt <= now
}
