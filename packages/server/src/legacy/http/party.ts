/** Who sends a request: a session, or a client of a revision without one. */
import { ErrorCode, type Meta, modernVersions, RpcError } from '@lutra/core'
import { assumedRevision, findRevision, legacyVersions, type Revision } from '@lutra/core/legacy'
import type { HttpRequest, PlainReply } from '../../http/exchange.ts'
import { refuse } from '../../http/reply.ts'
import { assumedLevel, type SessionLimits } from '../limits.ts'
import { createMeta } from '../session-meta.ts'
import type { HttpSession } from './http-session.ts'

export interface Party {
  readonly revision: Revision
  readonly meta: Meta
  readonly session?: HttpSession | undefined
}

/** The parties without a session, one for each revision. They declare nothing, so that nothing is asked of them. */
export function createStatelessParties(limits: SessionLimits): (revision: Revision) => Party {
  const logLevel = assumedLevel(limits)
  const parties = new Map<string, Party>()
  return (revision) => {
    const known = parties.get(revision.version)
    if (known) return known
    const party = { revision, meta: createMeta({ revision, capabilities: {}, logLevel }) }
    parties.set(revision.version, party)
    return party
  }
}

/** The revision that a request names; the assumed one where it names none; undefined where it is not spoken here. */
export function revisionOf(request: HttpRequest): Revision | undefined {
  const version = request.header('mcp-protocol-version')
  return version === undefined ? assumedRevision : findRevision(version)
}

/** The reply to a request of a revision that is not spoken here. */
export function unsupportedRevision(request: HttpRequest): PlainReply {
  const requested = (request.header('mcp-protocol-version') ?? '').slice(0, 40)
  const supported = [...modernVersions, ...legacyVersions]
  return refuse(
    400,
    new RpcError(`Unsupported MCP-Protocol-Version: ${requested}`, {
      code: ErrorCode.unsupportedVersion,
      data: { supported, requested },
    }),
  )
}
