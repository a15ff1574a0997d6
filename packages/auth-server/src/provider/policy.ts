import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { Users } from './users.ts'

const { base, Check } = interactionPolicy

/** When people are asked: as the provider would, and when who is signed in is not let in any more. */
export function askingPolicy(users: Users) {
  const policy = base()
  const unwelcome = new Check(
    'not_welcome',
    'sign-in is required',
    async (ctx: KoaContextWithOIDC) => {
      const { accountId } = ctx.oidc.session ?? {}
      return accountId !== undefined && (await users.find(accountId)) === undefined
    },
  )
  policy.get('login')?.checks.add(unwelcome)
  return policy
}
