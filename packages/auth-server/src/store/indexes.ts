import type { AdapterPayload } from 'oidc-provider'

/** By what records of each model are found other than by their id. Facts of the provider, in one place. */
export interface IndexEntry {
  readonly index: 'grant' | 'subject' | 'client' | 'uid' | 'user-code'
  readonly value: string
}

const ofGrants = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
])

/** The indexes that a record of this model is entered in. */
export function indexesOf(model: string, payload: AdapterPayload): readonly IndexEntry[] {
  const { grantId, accountId, clientId, uid, userCode } = payload
  const entries: IndexEntry[] = []
  if (grantId && ofGrants.has(model)) entries.push({ index: 'grant', value: grantId })
  if (accountId && (model === 'Grant' || model === 'Session'))
    entries.push({ index: 'subject', value: accountId })
  if (clientId && (model === 'Grant' || model === 'ClientCredentials'))
    entries.push({ index: 'client', value: clientId })
  if (uid && model === 'Session') entries.push({ index: 'uid', value: uid })
  if (userCode) entries.push({ index: 'user-code', value: userCode })
  return entries
}
