/** The least text that comes after everything with this prefix, in the order of code points; undefined: there is none. */
export function endOf(prefix: string): string | undefined {
  const points = Array.from(prefix, (one) => one.codePointAt(0) ?? 0)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last >= 0x10ffff) continue
    const next = last + 1
    return String.fromCodePoint(...points, next === 0xd800 ? 0xe000 : next)
  }
  return undefined
}
