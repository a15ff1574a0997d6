/** Who can say what a token is worth. */
import type { HttpHead } from '../http/exchange.ts'
import type { Checked, Rules } from './read-claims.ts'

/** Checks a token: undefined where it is none of its own. Throws `InvalidToken`, or `Unavailable` where it cannot tell. */
export type Source = (token: string, head: HttpHead) => Promise<Checked | undefined>

/** Tokens that others are asked about at once: whoever makes tokens up must not make this server knock without end. */
export const maxAsked = 256

/** What every source works with. */
export interface Means {
  readonly rules: Rules
  readonly fetching: { readonly fetch?: typeof fetch | undefined; readonly timeoutMs: number }
  readonly onError: (error: unknown) => void
}

/** Asks one source after the other. */
export function anyOf(sources: readonly Source[]): Source {
  return async (token, head) => {
    for (const source of sources) {
      const checked = await source(token, head)
      if (checked) return checked
    }
    return undefined
  }
}
