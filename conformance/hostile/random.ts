/** Chance that can be repeated: the same seed gives the same attack. */
export interface Chance {
  /** From 0 up to, but not, 1. */
  next(): number
  /** A whole number from 0 up to, but not, `below`. */
  below(below: number): number
  one<T>(of: readonly T[]): T
  /** True once in so many times. */
  rarely(times: number): boolean
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (max: number) => Math.floor(next() * max)
  return {
    next,
    below,
    one: (of) => of[below(of.length)] as (typeof of)[number],
    rarely: (times) => below(times) === 0,
  }
}

/** Where attacks begin: another place each day, or what `LUTRA_FUZZ_SEED` says, to repeat one. */
export function seedOf(env = process.env): number {
  return Number(env['LUTRA_FUZZ_SEED'] ?? Math.floor(Date.now() / 86_400_000))
}
