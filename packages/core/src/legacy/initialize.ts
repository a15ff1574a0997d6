/** The handshake of the legacy era. See /specification/2025-11-25/basic/lifecycle#initialization */
import type { Params, Result } from '../call.ts'
import { invalidParams } from '../error.ts'
import { isObject } from '../message.ts'
import { metaKeys } from '../meta.ts'
import type { ClientCapabilities, Implementation, ServerCapabilities } from '../shapes.ts'
import { liftClientCapabilities, lowerServerCapabilities } from './capabilities.ts'
import { negotiateRevision, type Revision } from './revision.ts'

/** What a client said of itself, once for a whole session. */
export interface Hello {
  /** The revision that the session speaks: the one asked for, or the newest where that one is unknown. */
  readonly revision: Revision
  readonly capabilities: ClientCapabilities
  readonly clientInfo?: Implementation
}

/** Reads the params of `initialize`; throws `RpcError` -32602 that names what is off. */
export function readInitialize(params: Params | undefined): Hello {
  const requested = params?.['protocolVersion']
  if (typeof requested !== 'string') {
    throw invalidParams('initialize: expected "protocolVersion" to be a string')
  }
  const capabilities = params?.['capabilities'] ?? {}
  if (!isObject(capabilities)) {
    throw invalidParams('initialize: expected "capabilities" to be an object')
  }
  const revision = negotiateRevision(requested)
  const hello = { revision, capabilities: liftClientCapabilities(capabilities, revision) }
  const clientInfo = readImplementation(params?.['clientInfo'])
  return clientInfo ? { ...hello, clientInfo } : hello
}

/** The answer to `initialize`, from what `server/discover` answers. */
export function initializeResult(revision: Revision, discovered: Result): Record<string, unknown> {
  const { capabilities, instructions, _meta } = discovered
  const result: Record<string, unknown> = {
    protocolVersion: revision.version,
    capabilities: lowerServerCapabilities((capabilities ?? {}) as ServerCapabilities),
    serverInfo: readImplementation(_meta?.[metaKeys.serverInfo]) ?? nameless,
  }
  if (typeof instructions === 'string') result['instructions'] = instructions
  return result
}

// The legacy wire requires a name; a handler need not have one.
const nameless: Implementation = { name: 'server', version: '0' }

function readImplementation(value: unknown): Implementation | undefined {
  if (!isObject(value) || typeof value['name'] !== 'string') return undefined
  const version = typeof value['version'] === 'string' ? value['version'] : ''
  return { ...value, name: value['name'], version }
}
