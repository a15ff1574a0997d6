import type { CredentialKey } from './credentials.ts'

/** The text that stands for a key: two are the same where their texts are. */
export function credentialKeyText(key: CredentialKey): string {
  switch (key.kind) {
    case 'client':
    case 'key':
      return JSON.stringify([key.kind, key.issuer])
    case 'tokens':
      return JSON.stringify([key.kind, key.issuer, key.resource])
    case 'server':
      return JSON.stringify([key.kind, key.url])
    case 'pending':
      return JSON.stringify([key.kind, key.state])
  }
}
