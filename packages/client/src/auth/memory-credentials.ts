import type { Credential, CredentialKey, CredentialStore } from './credentials.ts'

/** Keeps credentials in the memory of this process: they are gone with it. */
export function memoryCredentials(): CredentialStore {
  const kept = new Map<string, { readonly key: CredentialKey; readonly credential: Credential }>()
  const turns = new Map<string, Promise<unknown>>()

  return {
    async get(key) {
      return kept.get(nameOf(key))?.credential as never
    },
    async set(key, credential) {
      kept.set(nameOf(key), { key, credential })
    },
    async delete(key) {
      return kept.delete(nameOf(key))
    },
    async list() {
      return [...kept.values()]
    },
    async exclusively(key, work) {
      const name = nameOf(key)
      const turn = (turns.get(name) ?? Promise.resolve()).then(work, work)
      turns.set(name, turn)
      try {
        return await turn
      } finally {
        if (turns.get(name) === turn) turns.delete(name)
      }
    },
  }
}

function nameOf(key: CredentialKey): string {
  const { kind, ...rest } = key
  return JSON.stringify([kind, ...Object.values(rest)])
}
