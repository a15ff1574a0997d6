import { isObject } from '@lutra/core'
import type { RemoteTarget } from '../connect.ts'
import type { Entry, EntryOptions } from './entry.ts'
import { type ConfigInput, createExpander, type Expander, type ExpandOptions } from './expand.ts'
import { parseJsonc } from './jsonc.ts'

export interface ConfigOptions extends ExpandOptions {
  /** What the host wants for each server, by its name. */
  readonly entry?: (name: string) => EntryOptions
}

/**
 * The servers of a configuration, as Claude, Cursor and others (`mcpServers`) or VS Code (`servers`, `inputs`) keep it: given
 * parsed, or as text. What its values need is looked up when a server is connected to, so that one that lacks something
 * fails alone.
 */
export function fromConfig(
  config: string | object,
  options: ConfigOptions = {},
): Readonly<Record<string, Entry>> {
  const root = typeof config === 'string' ? parseConfig(config) : config
  const { servers, inputs } = findServers(root)
  const expander = createExpander(inputs, options)
  const entries = Object.entries(servers).flatMap(([name, server]) => {
    if (!isObject(server)) throw new TypeError(`The configuration of ${name} is no object`)
    if (server['disabled'] === true) return []
    const target = { find: () => readServer(name, server, expander) }
    const entry: Entry = { ...options.entry?.(name), target }
    return [[name, entry] as const]
  })
  return Object.fromEntries(entries)
}

function parseConfig(text: string): unknown {
  try {
    return parseJsonc(text)
  } catch (cause) {
    throw new TypeError(`The configuration is no JSON: ${(cause as Error).message}`, { cause })
  }
}

interface Found {
  readonly servers: Record<string, unknown>
  readonly inputs: readonly ConfigInput[]
}

function findServers(root: unknown): Found {
  if (isObject(root)) {
    const { mcpServers, servers, inputs, mcp } = root
    const found = mcpServers ?? servers
    if (isObject(found)) return { servers: found, inputs: readInputs(inputs) }
    // The settings of VS Code have it one level down.
    if (isObject(mcp)) return findServers(mcp)
  }
  throw new TypeError('Expected a configuration with "mcpServers" or "servers"')
}

function readInputs(inputs: unknown): readonly ConfigInput[] {
  if (!Array.isArray(inputs)) return []
  return inputs.filter(
    (input): input is ConfigInput => isObject(input) && typeof input['id'] === 'string',
  )
}

async function readServer(
  name: string,
  server: Record<string, unknown>,
  { expand }: Expander,
): Promise<RemoteTarget> {
  const field = (what: string) => `"${what}" of ${name}`
  const text = async (value: unknown, what: string) => {
    if (typeof value === 'string') return expand(value)
    throw new TypeError(`Expected ${field(what)} to be text`)
  }
  const { command, args = [], env = {}, cwd, headers = {} } = server
  if (command !== undefined) {
    if (!Array.isArray(args)) throw new TypeError(`Expected ${field('args')} to be a list`)
    return {
      command: await text(command, 'command'),
      args: await Promise.all(args.map((arg) => text(arg, 'args'))),
      env: await readTexts(env, field('env'), text),
      ...(cwd !== undefined && { cwd: await text(cwd, 'cwd') }),
    }
  }
  const url = server['url'] ?? server['serverUrl'] ?? server['httpUrl']
  if (url === undefined) throw new TypeError(`${name} has neither "command" nor "url"`)
  return {
    url: await text(url, 'url'),
    headers: await readTexts(headers, field('headers'), text),
  }
}

async function readTexts(
  values: unknown,
  what: string,
  text: (value: unknown, what: string) => Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  if (!isObject(values)) throw new TypeError(`Expected ${what} to be an object`)
  const entries = Object.entries(values).map(async ([name, value]) => {
    // Editors take numbers and truth values for text here.
    const plain = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    return [name, await text(plain, name)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
