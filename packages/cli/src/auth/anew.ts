import type { CredentialStore } from '@lutra/client/auth'

/** The same store without the tokens that it held before: who signs in anew keeps what they have until they have something else. */
export function anew(store: CredentialStore): CredentialStore {
  const fresh = new Set<string>()
  const nameOf = (key: object) => JSON.stringify(Object.entries(key).toSorted())
  const isHidden = (key: { readonly kind: string }) =>
    (key.kind === 'tokens' || key.kind === 'server') && !fresh.has(nameOf(key))
  return {
    ...store,
    get: async (key) => (isHidden(key) ? undefined : store.get(key)),
    set: async (key, credential) => {
      await store.set(key, credential)
      fresh.add(nameOf(key))
    },
    delete: async (key) => (isHidden(key) ? false : store.delete(key)),
  }
}
