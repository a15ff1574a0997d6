/** Equality of JSON values by a text that is the same for equal values, so that sets can do it. */

/** The canonical text of a value; `spend` pays for each member and stops what is too deep. */
export function canonical(value: unknown, spend: (depth: number) => void, depth = 0): string {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? JSON.stringify(value) : String(value === 0 ? 0 : value)
  }
  spend(depth)
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonical(item, spend, depth + 1)).join(',')}]`
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member, spend, depth + 1)}`)
  return `{${members.join(',')}}`
}

/** A set of JSON values: primitives as they are, arrays and objects by their canonical text. */
export interface ValueSet {
  readonly size: number
  has(value: unknown, spend: (depth: number) => void): boolean
  /** Adds a value and says whether it is new. */
  add(value: unknown, spend: (depth: number) => void): boolean
}

export function createValueSet(): ValueSet {
  const plain = new Set<unknown>()
  const texts = new Set<string>()
  return {
    get size() {
      return plain.size + texts.size
    },
    has: (value, spend) =>
      isPlain(value) ? plain.has(value) : texts.size > 0 && texts.has(canonical(value, spend)),
    add(value, spend) {
      const size = plain.size + texts.size
      if (isPlain(value)) plain.add(value)
      else texts.add(canonical(value, spend))
      return plain.size + texts.size > size
    },
  }
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null
