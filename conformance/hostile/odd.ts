import fc from 'fast-check'
import { oddValues } from './bodies.ts'

/** What no field expects, or anything else of JSON. */
export const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...oddValues))

/** Something sound, and so many times more often than something odd. */
export function orOdd<T>(sound: fc.Arbitrary<T>, times: number) {
  return fc.oneof({ weight: times, arbitrary: sound }, { weight: 1, arbitrary: odd })
}
