/** Tokens that a function of the user's knows. */
import type { HttpHead } from '../http/exchange.ts'
import { createGauge } from '../http/gauge.ts'
import type { IssuerOptions, ReadingOptions, Verified, Verify } from './options.ts'
import { type Checked, readVerified } from './read-claims.ts'
import { InvalidToken, Unavailable } from './refusal.ts'
import { type Means, maxAsked, type Source } from './source.ts'

/** Asks a function about whatever token there is. */
export function createFunctionSource(verify: Verify, means: Means): Source {
  const ask = createQuestions(verify, means)
  return (token, head) => ask({ token, head })
}

/** Asks the function of an issuer about the tokens that are its own. */
export function createOpaqueSource(options: IssuerOptions, means: Means): Source {
  const { verify, recognizes, issuer } = options
  if (!verify) return async () => undefined
  const ask = createQuestions(verify, means)
  return async (token, head) => {
    if (recognizes && !recognizes(token)) return undefined
    const checked = await ask({ token, head, issuer, reading: options })
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

type Ask = (question: Question) => Promise<Checked | undefined>

function createQuestions(verify: Verify, { rules }: Means): Ask {
  const underWay = createGauge(maxAsked)

  async function answer({ token, head }: Question): Promise<Verified | undefined> {
    if (!underWay.enter())
      throw new Unavailable('More tokens wait for a function than it is asked about')
    try {
      return await verify(token, head)
    } catch (cause) {
      if (cause instanceof InvalidToken || cause instanceof Unavailable) throw cause
      throw new Unavailable('The function that checks tokens has failed', { cause })
    } finally {
      underWay.leave()
    }
  }

  return async (question) => {
    const { issuer, reading = {} } = question
    const verified = await answer(question)
    if (!verified) return undefined
    if (issuer === undefined || verified.claims?.['iss'] !== undefined) {
      return readVerified(verified, reading, rules)
    }
    // A subject is unique within its issuer only.
    const claims = { ...verified.claims, iss: issuer }
    return readVerified({ ...verified, claims }, reading, rules)
  }
}
