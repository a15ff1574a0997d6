/** Who is there, and what do we speak? See /specification/2026-07-28/server/discover */
import {
  type Discovered,
  ErrorCode,
  type Handler,
  isObject,
  latestVersion,
  locals,
  metaKeys,
  modernVersions,
  type Result,
  RpcError,
} from '@lutra/core'
import { raceAbort } from '@lutra/core/wait'
import type { ConnectOptions } from '../options.ts'
import { createDeadline } from './deadline.ts'
import { InvalidResponseError } from './error.ts'
import { clientMeta } from './meta.ts'

/** What a client and a server agreed on. */
export interface Agreement {
  readonly protocolVersion: string
  readonly discovered: Discovered
}

/** Asks a server what it is, and settles on a revision that both speak. */
export async function discover(handler: Handler, options: ConnectOptions = {}): Promise<Agreement> {
  if (options.prior) return options.prior
  const deadline = createDeadline({
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? 60_000,
    maxTimeoutMs: 0,
    what: 'server/discover',
  })
  locals.set(deadline.signal, { options: {}, deadline })
  const ask = async (protocolVersion: string): Promise<Agreement> => {
    const meta = clientMeta(options, protocolVersion)
    const { signal } = deadline
    const asked = handler({ method: 'server/discover', params: {}, meta, signal, notify() {} })
    return { protocolVersion, discovered: readDiscovered(await raceAbort(asked, signal)) }
  }
  try {
    return await ask(latestVersion).catch((error: unknown) => {
      const spoken = spokenVersion(error)
      if (spoken === undefined) throw error
      return ask(spoken)
    })
  } finally {
    deadline.end()
  }
}

/** Reads what a server says of itself; throws `InvalidResponseError` where it says no such thing. */
export function readDiscovered(result: Result): Discovered {
  const { supportedVersions, capabilities, instructions } = result
  if (!Array.isArray(supportedVersions) || !isObject(capabilities)) {
    throw new InvalidResponseError(
      'The answer to server/discover needs "supportedVersions" and "capabilities"',
    )
  }
  const serverInfo = result._meta?.[metaKeys.serverInfo]
  return {
    supportedVersions: supportedVersions.filter((version) => typeof version === 'string'),
    capabilities,
    ...(typeof instructions === 'string' && { instructions }),
    ...(isImplementation(serverInfo) && { serverInfo }),
  }
}

function isImplementation(value: unknown): value is { name: string; version: string } {
  return (
    isObject(value) && typeof value['name'] === 'string' && typeof value['version'] === 'string'
  )
}

// One corrective try: a server that refuses a revision says which ones it speaks, be it the same one once more.
function spokenVersion(error: unknown): string | undefined {
  if (!(error instanceof RpcError) || error.code !== ErrorCode.unsupportedVersion) return undefined
  const supported = isObject(error.data) ? error.data['supported'] : undefined
  if (!Array.isArray(supported)) return undefined
  return modernVersions.find((version) => supported.includes(version))
}
