/** The structure of a regular expression that the engine has already accepted with the `u` flag. */

export type Pattern =
  /** One character, as the source of an atom: `a`, `.`, `\d`, `[a-z]`. */
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'edge'; readonly edge: '^' | '$' | '\\b' | '\\B' }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly body: Pattern; readonly min: number; readonly max: number }
  | { readonly kind: 'look'; readonly body: Pattern }
  | { readonly kind: 'back-reference' }

interface Reader {
  readonly source: string
  at: number
}

export function parsePattern(source: string): Pattern {
  return readChoice({ source, at: 0 })
}

function readChoice(reader: Reader): Pattern {
  const options = [readSequence(reader)]
  while (reader.source[reader.at] === '|') {
    reader.at++
    options.push(readSequence(reader))
  }
  const [only] = options
  return options.length === 1 && only ? only : { kind: 'choice', options }
}

function readSequence(reader: Reader): Pattern {
  const parts: Pattern[] = []
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] ?? '')) {
    parts.push(readQuantifier(reader, readAtom(reader)))
  }
  return { kind: 'sequence', parts }
}

function readQuantifier(reader: Reader, body: Pattern): Pattern {
  const found = take(reader, /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/y)
  if (!found) return body
  const [text, least, comma, most] = found
  const infinite = Number.POSITIVE_INFINITY
  if (text.startsWith('*')) return { kind: 'repeat', body, min: 0, max: infinite }
  if (text.startsWith('+')) return { kind: 'repeat', body, min: 1, max: infinite }
  if (text.startsWith('?')) return { kind: 'repeat', body, min: 0, max: 1 }
  const min = Number(least)
  return { kind: 'repeat', body, min, max: comma ? Number(most || infinite) : min }
}

function readAtom(reader: Reader): Pattern {
  const [edge] = take(reader, /\^|\$|\\[bB]/y) ?? []
  if (edge === '^' || edge === '$' || edge === '\\b' || edge === '\\B')
    return { kind: 'edge', edge }
  if (take(reader, /\\(?:[1-9]\d*|k<[^>]*>)/y)) return { kind: 'back-reference' }
  const look = take(reader, /\(\?<?[=!]/y)
  if (look || take(reader, /\((?:\?:|\?<[^>]*>|(?!\?))/y)) {
    const body = readChoice(reader)
    reader.at++
    return look ? { kind: 'look', body } : body
  }
  const [set] = take(reader, character) ?? []
  if (set !== undefined) return { kind: 'set', source: set }
  // Syntax of a later engine: what it means is unknown, so it counts as the worst.
  const body: Pattern = { kind: 'back-reference' }
  reader.at = reader.source.length
  return { kind: 'repeat', body, min: 0, max: Number.POSITIVE_INFINITY }
}

const character =
  /\[(?:[^\]\\]|\\.)*\]|\\u\{[\da-f]+\}|\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\c[a-z]|\\p\{[^}]*\}|\\.|[^()|*+?{}]/isuy

function take(reader: Reader, what: RegExp): RegExpExecArray | undefined {
  what.lastIndex = reader.at
  const found = what.exec(reader.source)
  if (!found) return undefined
  reader.at = what.lastIndex
  return found
}
