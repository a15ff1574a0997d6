/** Taking back what was granted. See /specification/2026-07-28/basic/authorization#token-handling */
import type { Store } from '@lutra/core'
import { indexPrefix, recordKey } from './record-key.ts'
import { deleteRecord, recordsUnder } from './records.ts'

/** Whose grants end: everything of a user, everything of a client, or what one client has of one user. */
export interface Revocation {
  readonly subject?: string
  readonly clientId?: string
}

/** Deletes the records issued under a grant and the grant; with `models`, only their records. */
export async function revokeGrant(
  store: Store,
  grantId: string,
  models?: readonly string[],
): Promise<void> {
  // The grant goes first: whatever is issued under it while this runs is worth nothing.
  if (!models) await deleteRecord(store, 'Grant', recordKey('Grant', grantId))
  for await (const { model, key } of recordsUnder(store, indexPrefix('grant', grantId)))
    if (models?.includes(model) ?? true) await deleteRecord(store, model, key)
}

/** Ends what `which` names, and says how many grants that were. */
export async function revokeAll(store: Store, which: Revocation): Promise<number> {
  const { subject, clientId } = which
  if (!subject && !clientId)
    throw new TypeError('revoke() needs a subject, a clientId or both: it ends what was granted')
  const bySubject = subject ? await grantsUnder(store, indexPrefix('subject', subject)) : undefined
  const byClient = clientId ? await grantsUnder(store, indexPrefix('client', clientId)) : undefined
  const grants =
    bySubject && byClient
      ? bySubject.filter((id) => byClient.includes(id))
      : (bySubject ?? byClient)
  for (const grantId of grants ?? []) await revokeGrant(store, grantId)
  // Sessions, and tokens that a client has for itself.
  if (subject && !clientId) await deleteUnder(store, indexPrefix('subject', subject))
  if (clientId && !subject) await deleteUnder(store, indexPrefix('client', clientId))
  return grants?.length ?? 0
}

async function grantsUnder(store: Store, prefix: string): Promise<string[]> {
  const ids: string[] = []
  for await (const { id, unreadable } of recordsUnder(store, `${prefix}Grant/`)) {
    // Who revokes must not believe that it was done.
    if (unreadable) throw unreadable
    if (typeof id === 'string') ids.push(id)
  }
  return ids
}

async function deleteUnder(store: Store, prefix: string): Promise<void> {
  for await (const { model, key } of recordsUnder(store, prefix))
    await deleteRecord(store, model, key)
}
