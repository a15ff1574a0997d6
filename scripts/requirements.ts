/** One duty that the specification puts on a server, a client or who issues tokens between them, in our own words. */
export interface Requirement {
  id: string
  on: readonly string[]
  eras: readonly string[]
  page: string
  text: string
  /** Absent where the specification says MUST: those need a test that cites them. */
  force?: 'SHOULD'
}

/** One requirement that the title of a test names, and where. */
export interface Citation {
  id: string
  path: string
}

/** What is wrong with a manifest and the tests that cite it, a line each; empty where all is well. */
export function findGaps(
  requirements: readonly Requirement[],
  citations: readonly Citation[],
): string[] {
  const known = new Set(requirements.map(({ id }) => id))
  const cited = new Set(citations.map(({ id }) => id))
  const missing = requirements.filter(({ id, force }) => force === undefined && !cited.has(id))
  return [
    ...requirements.flatMap(findFaults),
    ...findTwins(requirements),
    ...missing.map(({ id, text }) => `${id} is cited by no test: ${text}`),
    ...citations
      .filter(({ id }) => !known.has(id))
      .map(({ id, path }) => `${path} cites ${id}, which no manifest lists`),
  ]
}

/**
 * The requirements that the titles of a file's tests cite, such as `test('[WIRE-05, HTTP-24] …')` and `test('LEG-08: …')`.
 * A title is the first argument of `test`, `it` or `verifies`; what a template inserts is not looked at.
 */
export function readCitations(path: string, text: string): Citation[] {
  const ids = new Set<string>()
  for (const [, , title] of text.matchAll(titles)) {
    for (const [id] of (title ?? '').matchAll(idPattern)) ids.add(id)
  }
  return [...ids].map((id) => ({ id, path }))
}

const families = 'AUTH EXT FEAT HTTP LEG LIFE MRTR SCH STDIO SUB TASK UTIL VER WIRE'.split(' ')

const roles = ['client', 'server', 'authorization-server', 'identity-provider']

const idPattern = new RegExp(`\\b(?:${families.join('|')})-\\d{2}\\b`, 'g')
const titles = /\b(?:test|it|verifies)\(\s*(['"`])((?:\\[\s\S]|(?!\1)[\s\S])*?)\1/g
const leftovers = /§|‡|⇒|leads to|\bCT\b|\bK\d+\b|\(fact|SEP-\d+|\.\.\./

function findFaults({ id, on, eras, page, text }: Requirement): string[] {
  const faults = [
    !/^[A-Z][^\n]*\.$/.test(text) && 'its text is not one sentence',
    leftovers.test(text) && `its text holds ${leftovers.exec(text)?.[0]}`,
    !isSome(on, roles) && 'it is on nobody that there is',
    !isSome(eras, ['modern', 'legacy']) && 'it names no era',
    !/^(?:\d{4}-\d\d-\d\d|extensions)\/[a-z/-]+$/.test(page) && `its page is ${page}`,
  ]
  return faults.flatMap((fault) => (fault === false ? [] : [`${id}: ${fault}`]))
}

function isSome(values: readonly string[], allowed: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => allowed.includes(value))
}

function findTwins(requirements: readonly Requirement[]): string[] {
  const seen = new Set<string>()
  return requirements.flatMap(({ id }) => {
    if (seen.has(id)) return [`${id} is listed twice`]
    seen.add(id)
    return []
  })
}
