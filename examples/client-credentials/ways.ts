// #region secret
import { clientCredentials } from '@lutra/client/auth'

export const bySecret = (clientSecret: string, issuer: string) =>
  clientCredentials({ clientId: 'report-robot', clientSecret, issuer })
// #endregion

// #region key
export const byKey = (pem: string) =>
  clientCredentials({ clientId: 'backup-robot', privateKey: pem })
// #endregion

// #region signer
export const byVault = (vault: Vault) =>
  clientCredentials({
    clientId: 'backup-robot',
    privateKey: (bytes) => vault.sign('backup-robot', bytes),
    algorithm: 'ES256',
  })
// #endregion

interface Vault {
  sign(name: string, bytes: Uint8Array): Promise<Uint8Array>
}

/** Stands for a service that signs and never gives away its keys. */
export function vaultOf(key: CryptoKey): Vault {
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  return {
    sign: async (_name, bytes) =>
      new Uint8Array(await crypto.subtle.sign(how, key, new Uint8Array(bytes))),
  }
}
