import type { CredentialKey, CredentialStore } from '@lutra/client/auth'
import { fileCredentials } from '@lutra/client/auth-node'

/** What a keychain of an operating system can do. */
export interface Keychain {
  read(name: string): Promise<string | undefined>
  write(name: string, secret: string): Promise<void>
  remove(name: string): Promise<boolean>
  names(): Promise<readonly string[]>
}

// #region keychain
export function keychainCredentials(keychain: Keychain): CredentialStore {
  const nameOf = (key: CredentialKey) => JSON.stringify(Object.entries(key).sort())
  const read = async (name: string) => JSON.parse((await keychain.read(name)) ?? 'null')

  return {
    get: async (key) => (await read(nameOf(key)))?.credential,
    set: (key, credential) => keychain.write(nameOf(key), JSON.stringify({ key, credential })),
    delete: (key) => keychain.remove(nameOf(key)),
    list: async () => Promise.all((await keychain.names()).map(read)),
    // A keychain has no turns: those of a file will do, into which nothing is written.
    exclusively: fileCredentials().exclusively,
  }
}
// #endregion
