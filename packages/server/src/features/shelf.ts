/** All definitions of a server, its own and mounted ones, by the names that its callers use. */
import {
  type Call,
  isMetaKey,
  type PromptDescription,
  type ResourceDescription,
  type ResourceTemplateDescription,
  type ToolDescription,
} from '@lutra/core'
import type { Environment } from '../environment.ts'
import type { AnyPrompt, AnyResource, AnyTool, Definition } from '../server-types.ts'
import { compilePrompt, type PromptEntry } from './prompts.ts'
import {
  compileResource,
  compileTemplate,
  isTemplate,
  type ResourceEntry,
  type TemplateEntry,
} from './resource-entry.ts'
import { compileTool, type ToolEntry } from './tools.ts'

/** What is listed beside the entries: found anew for each call. */
export interface Found {
  readonly tools: Finder<ToolDescription>[]
  readonly prompts: Finder<PromptDescription>[]
  readonly resources: Finder<ResourceDescription>[]
  readonly templates: Finder<ResourceTemplateDescription>[]
}

export type Finder<T> = (call: Call) => Promise<readonly T[]>

export interface Shelf {
  readonly tools: Shelved<ToolEntry>
  readonly prompts: Shelved<PromptEntry>
  readonly resources: Shelved<ResourceEntry>
  readonly templates: Shelved<TemplateEntry>
  readonly found: Found
}

/** Entries by name or URI. Throws `TypeError` naming both where a name is taken twice. */
export interface Shelved<E> {
  readonly entries: ReadonlyMap<string, E>
  put(name: string, entry: E, place: Place): void
  /** Those that are listed as they are. */
  listed(): readonly E[]
}

/** Where an entry comes from. */
export interface Place {
  /** In words, for errors. */
  readonly owner: string
  /** Whether a finder lists it instead. */
  readonly unlisted?: boolean
}

export function createShelf(): Shelf {
  return {
    tools: createShelved('tools', 'named'),
    prompts: createShelved('prompts', 'named'),
    resources: createShelved('resources', 'at'),
    templates: createShelved('resource templates', 'at'),
    found: { tools: [], prompts: [], resources: [], templates: [] },
  }
}

/** Turns definitions into entries, each once however often the plan is compiled. */
export function createCompiler(env: Environment) {
  const done = new WeakMap<Definition, (shelf: Shelf) => void>()
  return (shelf: Shelf, definition: Definition): void => {
    const put = done.get(definition) ?? compile(definition, env)
    done.set(definition, put)
    put(shelf)
  }
}

const workOf = { tool: 'run', prompt: 'render', resource: 'read' } as const

// What the compiler refuses in TypeScript, JavaScript finds out here and not at the first call.
function verifyWork(definition: Definition): void {
  const { kind } = definition
  if (!Object.hasOwn(workOf, kind)) return
  const work: unknown = Reflect.get(definition, workOf[kind])
  if (typeof work === 'function') return
  throw new TypeError(`Expected ${nameOf(definition)} to have a function ${workOf[kind]}`)
}

function verifyMeta(definition: Definition): void {
  for (const key of Object.keys(definition._meta ?? {})) {
    if (isMetaKey(key)) continue
    throw new TypeError(
      `Cannot use the _meta key "${key}" of ${nameOf(definition)}: keys are like "name" or "com.example/name"`,
    )
  }
}

function nameOf(definition: Definition): string {
  const { kind } = definition
  return `${kind} "${kind === 'resource' ? definition.uri : definition.name}"`
}

function compile(definition: Definition, env: Environment): (shelf: Shelf) => void {
  verifyWork(definition)
  verifyMeta(definition)
  switch (definition.kind) {
    case 'tool':
      return compileOwnTool(definition, env)
    case 'prompt':
      return compileOwnPrompt(definition, env)
    case 'resource':
      return compileOwnResource(definition, env)
    default:
      throw new TypeError(
        'Expected a tool, resource or prompt: make one with tool(), resource() or prompt()',
      )
  }
}

function compileOwnTool(tool: AnyTool, env: Environment) {
  const entry = compileTool(tool, env)
  return ({ tools }: Shelf) => tools.put(checkName(tool), entry, { owner: `tool "${tool.name}"` })
}

function compileOwnPrompt(prompt: AnyPrompt, env: Environment) {
  const entry = compilePrompt(prompt, env)
  const place = { owner: `prompt "${prompt.name}"` }
  return ({ prompts }: Shelf) => prompts.put(checkName(prompt), entry, place)
}

function compileOwnResource(resource: AnyResource, env: Environment) {
  const { uri } = resource
  const place = { owner: `resource "${resource.name ?? uri}"` }
  if (isTemplate(resource)) {
    const entry = compileTemplate(resource, env)
    return ({ templates, found }: Shelf) => {
      templates.put(uri, entry, place)
      if (entry.list) found.resources.push(entry.list)
    }
  }
  const entry = compileResource(resource, env)
  return ({ resources }: Shelf) => resources.put(uri, entry, place)
}

function checkName({ kind, name }: AnyTool | AnyPrompt): string {
  if (/^[A-Za-z0-9_.-]{1,128}$/.test(name)) return name
  throw new TypeError(
    `Cannot use the ${kind} name "${name}": names have 1 to 128 characters of A-Z a-z 0-9 _ - .`,
  )
}

function createShelved<E>(plural: string, preposition: string): Shelved<E> {
  const entries = new Map<string, E>()
  const places = new Map<string, Place>()
  return {
    entries,
    put(name, entry, place) {
      const other = places.get(name)
      if (other) {
        throw new TypeError(
          `Two ${plural} are ${preposition} "${name}": ${other.owner} and ${place.owner}`,
        )
      }
      entries.set(name, entry)
      places.set(name, place)
    },
    listed: () =>
      [...entries].flatMap(([name, entry]) => (places.get(name)?.unlisted ? [] : [entry])),
  }
}
