import type { Store } from '@lutra/core'
import type { User } from '../sign-in/sign-in.ts'
import { recordKey } from '../store/record-key.ts'

/** What is known of people who signed in. */
export interface Users {
  /** Somebody who signed in and is still welcome. */
  find(id: string): Promise<User | undefined>
  remember(user: User): Promise<void>
}

const ttlMs = 400 * 24 * 3_600_000

/** Keeps users in the store, for the tokens that are refreshed when nobody is there. */
export function createUsers(
  store: Store,
  isWelcome: (id: string) => boolean | Promise<boolean> = () => true,
): Users {
  return {
    async find(id) {
      const found = await store.get(recordKey('User', id))
      if (!found || !(await isWelcome(id))) return undefined
      return found.value as User
    },
    async remember({ id, name, claims }) {
      const user = { id, ...(name === undefined ? {} : { name }), ...(claims ? { claims } : {}) }
      await store.set(recordKey('User', id), user, { ttlMs, secret: true })
    },
  }
}
