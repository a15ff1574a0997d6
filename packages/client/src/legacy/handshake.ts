/** See /specification/2025-11-25/basic/lifecycle#initialization */
import {
  type Discovered,
  type Implementation,
  isObject,
  notification,
  type Pending,
  type ServerCapabilities,
} from '@lutra/core'
import { isLegacy, latestLegacyVersion, legacyVersions } from '@lutra/core/legacy'
import { raceAbort } from '@lutra/core/wait'
import { createDeadline } from '../words/deadline.ts'
import { clientMeta } from '../words/meta.ts'
import type { LegacyOptions } from './options.ts'
import type { LegacyWire } from './wire.ts'

/** What a legacy server said of itself. */
export interface Greeting {
  readonly protocolVersion: string
  readonly discovered: Discovered
  /** Whether its tools may go on as tasks, be they asked for or not. */
  readonly makesTasks: boolean
}

/** Says that two sides found no revision that both speak. */
class VersionError extends Error {
  override readonly name = 'VersionError'
}

/** Opens a session: offers the newest legacy revision and accepts any that is spoken here. */
export async function greet(
  wire: LegacyWire,
  requests: Pending,
  options: LegacyOptions,
): Promise<Greeting> {
  const { clientCapabilities: capabilities, clientInfo } = clientMeta(options, latestLegacyVersion)
  const hello = { protocolVersion: latestLegacyVersion, capabilities, clientInfo }
  const takesTasks = capabilities.extensions?.[tasksId] !== undefined
  const greeting = readGreeting(
    await within(options, requests.ask('initialize', hello)),
    takesTasks,
  )
  wire.greeted?.(greeting.protocolVersion)
  await wire.send(notification({ method: 'notifications/initialized' }))
  return greeting
}

function readGreeting(result: Readonly<Record<string, unknown>>, takesTasks: boolean): Greeting {
  const { protocolVersion, capabilities, serverInfo, instructions } = result
  if (typeof protocolVersion !== 'string' || !isLegacy(protocolVersion)) {
    const offered = typeof protocolVersion === 'string' ? protocolVersion.slice(0, 40) : 'none'
    throw new VersionError(
      `The server chose protocol version ${offered}; this client speaks ${legacyVersions.join(', ')} in the legacy era`,
    )
  }
  const discovered: { -readonly [K in keyof Discovered]: Discovered[K] } = {
    supportedVersions: [protocolVersion],
    capabilities: raiseCapabilities(capabilities, takesTasks),
  }
  if (typeof instructions === 'string') discovered.instructions = instructions
  if (isObject(serverInfo)) discovered.serverInfo = serverInfo as unknown as Implementation
  return { protocolVersion, discovered, makesTasks: makesTasks(capabilities) }
}

function raiseCapabilities(capabilities: unknown, takesTasks: boolean): ServerCapabilities {
  if (!isObject(capabilities)) return {}
  // The tasks of 2025-11-25 are not those of the extension: a client that has it speaks of them as if they were.
  const { tasks, extensions, ...rest } = capabilities
  const { [tasksId]: _, ...others } = isObject(extensions) ? extensions : {}
  const raised = takesTasks && makesTasks(capabilities) ? { ...others, [tasksId]: {} } : others
  if (Object.keys(raised).length === 0) return rest
  return { ...rest, extensions: raised } as ServerCapabilities
}

/** Whether tools of a server may go on as tasks. */
function makesTasks(capabilities: unknown): boolean {
  const tasks = isObject(capabilities) ? capabilities['tasks'] : undefined
  const requests = isObject(tasks) ? tasks['requests'] : undefined
  const tools = isObject(requests) ? requests['tools'] : undefined
  return isObject(tools) && isObject(tools['call'])
}

/** The extension whose words stand for the tasks of 2025-11-25. */
const tasksId = 'io.modelcontextprotocol/tasks'

/** A handshake is never cancelled on the wire: who gives up on it closes the connection. */
async function within<T>(
  { timeoutMs = 60_000, signal, authorized }: LegacyOptions,
  work: Promise<T>,
): Promise<T> {
  const deadline = createDeadline({
    signal,
    timeoutMs,
    maxTimeoutMs: 0,
    what: 'initialize',
  })
  const unwatch = authorized?.watch(deadline)
  try {
    return await raceAbort(work, deadline.signal)
  } finally {
    unwatch?.()
    deadline.end()
  }
}
