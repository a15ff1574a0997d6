/** A word that is looked up by its name, and below it the words of what is mounted there. */
export interface Word {
  (...args: never[]): unknown
  readonly [name: string]: Word
}

/**
 * Words by name: `words.NAME(…)` runs `run('NAME', …)`, and `words.a.b(…)` runs `run('a_b', …)`, as mounted servers name
 * things. Any name is one, but for those that the language itself looks for: a promise's `then`, the conversions of
 * objects to text and JSON, and `__proto__`.
 */
export function wordsByName(run: (name: string, ...args: never[]) => unknown): Word {
  return words(run, '')
}

function words(run: (name: string, ...args: never[]) => unknown, path: string): Word {
  const known = new Map<string, Word>()
  const target = (...args: never[]) => run(path, ...args)
  return new Proxy(target, {
    get(_, key) {
      if (typeof key === 'symbol' || ofTheLanguage.has(key)) return undefined
      const word = known.get(key) ?? words(run, path ? `${path}_${key}` : key)
      known.set(key, word)
      return word
    },
    set: () => false,
    defineProperty: () => false,
    setPrototypeOf: () => false,
  }) as unknown as Word
}

const ofTheLanguage: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  'toString',
  'valueOf',
  '__proto__',
])
