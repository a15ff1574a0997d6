/** Nonces that show that a proof was made just now. See RFC 9449, section 9 */
import { createSeal, SealError } from '@lutra/core/seal'
import type { DPoPOptions } from './options.ts'

export interface Nonces {
  /** The one to use from now on. */
  current(): Promise<string>
  isGood(nonce: string): Promise<boolean>
}

/** Nonces that every instance with the same keys knows without remembering any; undefined where none are asked for. */
export function createNonces(option: DPoPOptions['nonce'], now: () => number): Nonces | undefined {
  if (!option) return undefined
  const { keys, seconds = 300 } = option === true ? {} : option
  const ttlMs = seconds * 1000
  const seal = createSeal(keys, { now, maxLength: 256 })
  let made: { readonly nonce: Promise<string>; readonly at: number } | undefined

  return {
    current() {
      // A new one well before the old one ends.
      if (!made || now() - made.at > ttlMs / 2) {
        made = { nonce: seal.seal(0, { context, ttlMs }), at: now() }
      }
      return made.nonce
    },
    async isGood(nonce) {
      if (made && now() - made.at < ttlMs && nonce === (await made.nonce)) return true
      try {
        await seal.open(nonce, { context })
        return true
      } catch (reason) {
        if (reason instanceof SealError) return false
        throw reason
      }
    },
  }
}

const context = 'dpop nonce'
