import type { CredentialStore } from '@lutra/client/auth'
import type { Output } from '../terminal/output.ts'

/** Where this command line keeps what lets people in: a file for its owner alone, at the place of the system or `LUTRA_CREDENTIALS`. */
export async function openStore({ warn }: Output): Promise<CredentialStore> {
  const { fileCredentials } = await import('@lutra/client/auth-node')
  return fileCredentials(process.env['LUTRA_CREDENTIALS'] || undefined, { warn })
}
