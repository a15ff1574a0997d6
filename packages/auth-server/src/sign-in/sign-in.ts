/** Who somebody is, to everybody inside. */
export interface User {
  /** What tokens have as their subject. The same person, the same id, for ever. */
  readonly id: string
  /** Shown to them on the pages. */
  readonly name?: string
  /** What access tokens say about them beyond the subject, such as groups or a tenant. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** For whom somebody signs in. */
export interface SignInContext {
  readonly clientId: string
  readonly clientName: string
  readonly resources: readonly string[]
  readonly scopes: readonly string[]
}

/**
 * Finds out who is there: asked for each request at the sign-in page until it says a user. What else it says is shown:
 * a form that posts to the same address, or a redirect to where people sign in and from where they come back here.
 */
export type SignInFunction = (
  request: Request,
  context: SignInContext,
) => User | Response | Promise<User | Response>
