/** Words for values and names in messages: short, bounded, readable by a model. */

/** What was given, as the end of "expected …, got …". */
export function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) {
    return `an array of ${value.length} ${value.length === 1 ? 'item' : 'items'}`
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value)
    return keys.length === 0 ? 'an empty object' : `an object with ${list(keys)}`
  }
  return typeof value === 'function' || typeof value === 'symbol' ? typeof value : String(value)
}

/** A value of an `enum` or `const`. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  return typeof value === 'object' && value !== null
    ? clip(JSON.stringify(value) ?? '')
    : String(value)
}

export function quote(text: string): string {
  return JSON.stringify(clip(text))
}

/** Names or values in a row, at most ten. */
export function list(items: readonly unknown[]): string {
  const shown = items.slice(0, 10).map(literal).join(', ')
  return items.length > 10 ? `${shown} and ${items.length - 10} more` : shown
}

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
