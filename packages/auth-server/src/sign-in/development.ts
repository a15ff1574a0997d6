import type { User } from './sign-in.ts'

/** Made by `development()`. */
export interface Development {
  readonly kind: 'development'
  readonly users: readonly User[]
}

const testUser: User = { id: 'test-user', name: 'Test User' }

/** Signs test users in with one click and no password: for your own machine, where alone it works. */
export function development({ users = [testUser] }: { users?: readonly User[] } = {}): Development {
  if (users.length === 0) throw new TypeError('development: name at least one user')
  return { kind: 'development', users }
}
