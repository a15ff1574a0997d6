/** The names that entries and messages have in Redis. */
export interface Names {
  /** What a key shares with the others before the first slash: they live on one node of a cluster. */
  segmentOf(key: string): string
  /** The four names that a script about a key takes. */
  keysOf(
    segment: string,
    key: string,
  ): [entry: string, index: string, expiry: string, versions: string]
  /** What the name of an entry begins with. */
  entryPrefix(segment: string): string
  readonly segments: string
  channelOf(topic: string): string
}

export function createNames(namespace: string): Names {
  const tagOf = (segment: string) => `{${namespace}:${escapeTag(segment)}}`
  return {
    segmentOf(key) {
      const end = key.indexOf('/')
      return end < 0 ? key : key.slice(0, end)
    },
    keysOf(segment, key) {
      const tag = tagOf(segment)
      return [`${tag}e:${key}`, `${tag}:index`, `${tag}:expiry`, `${tag}:versions`]
    },
    entryPrefix: (segment) => `${tagOf(segment)}e:`,
    segments: `${namespace}:segments`,
    channelOf: (topic) => `${namespace}:bus:${topic}`,
  }
}

/** A hash tag ends at the first brace, and must not be empty: neither may come from a key. */
function escapeTag(segment: string): string {
  return segment.replace(/[{}%]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
}
