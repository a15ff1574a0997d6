/** Tokens that a function of the user's knows. */
import type { HttpHead } from '../http/exchange.ts'
import type { IssuerOptions, ReadingOptions, Verify } from './options.ts'
import { type Checked, readVerified } from './read-claims.ts'
import { InvalidToken, Unavailable } from './refusal.ts'
import type { Means, Source } from './source.ts'

/** Asks a function about whatever token there is. */
export function createFunctionSource(verify: Verify, means: Means): Source {
  return (token, head) => ask(verify, { token, head }, means)
}

/** Asks the function of an issuer about the tokens that are its own. */
export function createOpaqueSource(options: IssuerOptions, means: Means): Source {
  const { verify, recognizes, issuer } = options
  if (!verify) return async () => undefined
  return async (token, head) => {
    if (recognizes && !recognizes(token)) return undefined
    const checked = await ask(verify, { token, head, issuer, reading: options }, means)
    if (checked || !recognizes) return checked
    throw new InvalidToken('The token is unknown, revoked or has expired')
  }
}

interface Question {
  readonly token: string
  readonly head: HttpHead
  readonly issuer?: string
  readonly reading?: ReadingOptions
}

async function ask(
  verify: Verify,
  { token, head, issuer, reading = {} }: Question,
  { rules }: Means,
): Promise<Checked | undefined> {
  let verified: Awaited<ReturnType<Verify>>
  try {
    verified = await verify(token, head)
  } catch (cause) {
    if (cause instanceof InvalidToken || cause instanceof Unavailable) throw cause
    throw new Unavailable('The function that checks tokens has failed', { cause })
  }
  if (!verified) return undefined
  if (issuer === undefined || verified.claims?.['iss'] !== undefined) {
    return readVerified(verified, reading, rules)
  }
  // A subject is unique within its issuer only.
  const claims = { ...verified.claims, iss: issuer }
  return readVerified({ ...verified, claims }, reading, rules)
}
