/** A tool of a server, as the two know it. */
export interface ToolPlace {
  readonly server: string
  readonly tool: string
  /** What its name for a model begins with. */
  readonly prefix: string
}

/** Tools of which more than one would have had the same name for a model. */
export interface Collision {
  readonly name: string
  readonly places: readonly ToolPlace[]
  /** What those that can be called are called now; the others are left out. */
  readonly names: readonly string[]
}

export interface ModelNames<P extends ToolPlace> {
  readonly named: ReadonlyMap<string, P>
  readonly collisions: readonly Collision[]
}

/** Characters that model providers agree on. */
const maxLength = 64
const hashLength = 8

/**
 * Names that models can call tools by: at most 64 of `A-Za-z0-9_-`. They depend on nothing but the names of the server
 * and the tool, unless two come out the same: then all of these carry a digest. They are looked up, never taken apart.
 */
export function nameForModels<P extends ToolPlace>(places: readonly P[]): ModelNames<P> {
  const wanted = new Map<string, P[]>()
  for (const place of places) {
    const name = plainName(place)
    wanted.set(name, [...(wanted.get(name) ?? []), place])
  }
  const named = new Map<string, P>()
  const collisions: Collision[] = []
  // Those that are alone come first, so that no digest can take a name from them.
  for (const [name, group] of wanted) {
    const [only] = group
    if (only && group.length === 1) named.set(name, only)
  }
  for (const [name, group] of wanted) {
    if (group.length === 1) continue
    const names: string[] = []
    for (const place of group) {
      const own = withDigest(name, place)
      if (named.has(own)) continue
      named.set(own, place)
      names.push(own)
    }
    collisions.push({ name, places: group, names })
  }
  return { named, collisions }
}

function plainName(place: ToolPlace): string {
  const { prefix, tool } = place
  const full = prefix ? `${prefix}_${tool}` : tool
  const safe = full.replaceAll(/[^A-Za-z0-9_-]/g, '_')
  return safe === full && full.length <= maxLength && full !== '' ? full : withDigest(safe, place)
}

function withDigest(name: string, { server, tool }: ToolPlace): string {
  const digest = digestOf(JSON.stringify([server, tool]))
  return `${name.slice(0, maxLength - hashLength - 1)}_${digest}`
}

/** Tells names apart; it protects nothing. FNV-1a, 32 bits. */
function digestOf(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(hashLength, '0')
}
