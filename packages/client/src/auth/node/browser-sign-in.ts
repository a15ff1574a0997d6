import type { SignIn } from '../enterprise/sign-in.ts'
import { type LandingOptions, openLanding } from './browser.ts'

/** Signs people in at the identity provider of their company by the browser that they have: `enterprise({ signIn: browserSignIn(), … })`. */
export function browserSignIn({
  scope,
  ...options
}: LandingOptions & Pick<SignIn, 'scope'> = {}): SignIn {
  return {
    open: ({ issuer }) => openLanding(options, issuer),
    ...(scope !== undefined && { scope }),
  }
}
