import type { ToolDescription } from '@lutra/core'
import type { Trust } from './entry.ts'
import { type Hints, readHints } from './hints.ts'
import { type Collision, nameForModels, type ToolPlace } from './model-names.ts'

/** A tool of one of a host's servers, as a model gets to see it. */
export interface HostTool {
  /** What a model calls it by. */
  readonly id: string
  readonly server: string
  /** Its name on that server. */
  readonly name: string
  readonly title?: string
  /** What the server says of it. Untrusted text. */
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly hints: Hints
  readonly trust: Trust
  /** All that the server told. */
  readonly tool: ToolDescription
}

/** What a model can call, and which names did not come out as expected. */
export interface ToolTable {
  readonly tools: readonly HostTool[]
  readonly collisions: readonly Collision[]
}

/** The tools of one server, for a table of all. */
export interface ServerTools {
  readonly server: string
  readonly prefix: string
  readonly trust: Trust
  readonly tools: readonly ToolDescription[]
}

/** Puts the tools of all servers in one table, in the order of their names. */
export function buildToolTable(servers: readonly ServerTools[]): ToolTable {
  const places = servers.flatMap(({ server, prefix, trust, tools }) =>
    tools.map((tool) => ({ server, prefix, trust, tool: tool.name, described: tool })),
  )
  const { named, collisions } = nameForModels<(typeof places)[number] & ToolPlace>(places)
  const tools = [...named].map(([id, { server, trust, described }]): HostTool => {
    const { name, title, description = '', inputSchema, annotations } = described
    const hints = readHints(annotations, trust)
    const shown = title ?? annotations?.title
    const base = { id, server, name, description, inputSchema, hints, trust, tool: described }
    return shown === undefined ? base : { ...base, title: shown }
  })
  return { tools: tools.sort((a, b) => (a.id < b.id ? -1 : 1)), collisions }
}
