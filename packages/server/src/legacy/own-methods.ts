/** The methods that the session answers itself, because they change what it remembers. See /specification/2025-11-25/server/utilities/logging */
import {
  invalidParams,
  type LogLevel,
  logLevels,
  methodNotFound,
  type Params,
  type ServerCapabilities,
} from '@lutra/core'

/** What a session remembers and its client may change. */
export interface SessionMemory {
  /** What the server offers: it decides which of these methods exist. */
  capabilities(): Promise<ServerCapabilities>
  setLogLevel(level: LogLevel): Promise<void> | void
  /** Whether anything changed; throws where there are too many. */
  subscribe(uri: string): Promise<void> | void
  unsubscribe(uri: string): Promise<void> | void
}

type OwnMethod = (memory: SessionMemory, params: Params) => Promise<void>

/** Each answers an empty result. */
export const ownMethods: ReadonlyMap<string, OwnMethod> = new Map<string, OwnMethod>([
  ['ping', async () => {}],
  ['logging/setLevel', setLevel],
  ['resources/subscribe', subscribe],
  ['resources/unsubscribe', unsubscribe],
])

async function setLevel(memory: SessionMemory, { level }: Params): Promise<void> {
  const { logging } = await memory.capabilities()
  if (!logging) throw methodNotFound('logging/setLevel')
  if (!isLogLevel(level)) {
    throw invalidParams(`logging/setLevel: expected "level" to be one of ${logLevels.join(', ')}`)
  }
  await memory.setLogLevel(level)
}

async function subscribe(memory: SessionMemory, params: Params): Promise<void> {
  await memory.subscribe(await readUri(memory, params, 'resources/subscribe'))
}

async function unsubscribe(memory: SessionMemory, params: Params): Promise<void> {
  await memory.unsubscribe(await readUri(memory, params, 'resources/unsubscribe'))
}

async function readUri(memory: SessionMemory, { uri }: Params, method: string): Promise<string> {
  const { resources } = await memory.capabilities()
  if (!resources?.subscribe) throw methodNotFound(method)
  if (typeof uri === 'string' && uri !== '' && uri.length <= longestUri) return uri
  throw invalidParams(
    `${method}: expected "uri" to be a string of at most ${longestUri} characters`,
  )
}

const longestUri = 8192

function isLogLevel(level: unknown): level is LogLevel {
  return (logLevels as readonly unknown[]).includes(level)
}

/** Says that a session may subscribe to no more resources. */
export function tooManySubscriptions(max: number): Error {
  return invalidParams(`resources/subscribe: a session may subscribe to ${max} resources`)
}
