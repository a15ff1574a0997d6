import type { Credential, CredentialKey } from './credentials.ts'

/** A credential with where it is kept. */
export interface CredentialRecord {
  readonly key: CredentialKey
  readonly credential: Credential
}

/** Reads a record that was written to somewhere; undefined where it is none, or of a kind that is not known here. */
export function readRecord(value: unknown): CredentialRecord | undefined {
  if (!isObject(value)) return undefined
  const { key, credential } = value
  if (!isObject(key) || !isObject(credential) || key['kind'] !== credential['kind'])
    return undefined
  const kind = String(key['kind'])
  const wanted = fields.get(kind)
  if (!wanted?.key.every((name) => typeof key[name] === 'string')) return undefined
  if (!wanted.credential.every((name) => typeof credential[name] === 'string')) return undefined
  if (kind === 'key' && !isObject(credential['jwk'])) return undefined
  // Each field that another part relies on was looked at.
  return { key, credential } as unknown as CredentialRecord
}

/** The texts that a record of each kind cannot do without. */
const fields = new Map<
  string,
  { readonly key: readonly string[]; readonly credential: readonly string[] }
>([
  ['client', { key: ['issuer'], credential: ['clientId', 'authMethod', 'how'] }],
  ['tokens', { key: ['issuer', 'resource'], credential: ['accessToken', 'tokenType'] }],
  ['server', { key: ['url'], credential: ['issuer', 'resource'] }],
  ['key', { key: ['issuer'], credential: [] }],
  [
    'pending',
    {
      key: ['state'],
      credential: ['server', 'issuer', 'resource', 'clientId', 'redirectUri', 'codeVerifier'],
    },
  ],
])

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
