import { createHash } from 'node:crypto'

/** What every key of the authorization server starts with, so that it shares a store with others. */
const root = 'auth-server/'

/** Where a record is. Ids are hashed: many of them are codes and tokens, and a key is seen by whoever lists a store. */
export function recordKey(model: string, id: string): string {
  return `${root}${model}/${digest(id)}`
}

/** Where an index of records begins; what is under it ends with the model and the hash of the id. */
export function indexPrefix(index: string, value: string): string {
  return `${root}${index}/${digest(value)}/`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
