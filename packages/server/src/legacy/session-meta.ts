import {
  type ClientCapabilities,
  type Implementation,
  isObject,
  type LogLevel,
  type Meta,
  metaKeys,
  type Params,
  readMeta,
} from '@lutra/core'
import type { Revision } from '@lutra/core/legacy'

/** What is remembered of a session and stands in the envelope of each of its calls. */
export interface Remembered {
  readonly revision: Revision
  readonly capabilities: ClientCapabilities
  readonly clientInfo?: Implementation | undefined
  readonly logLevel?: LogLevel | undefined
}

/** The envelope of the calls of a session that say nothing of their own. */
export function createMeta({ revision, capabilities, clientInfo, logLevel }: Remembered): Meta {
  return {
    protocolVersion: revision.version,
    clientCapabilities: capabilities,
    ...(clientInfo && { clientInfo }),
    ...(logLevel && { logLevel }),
  }
}

/** The envelope of one call: the session's, with the progress token and the trace context of its own `_meta`. */
export function callMeta(session: Meta, params: Params): Meta {
  const own = params['_meta']
  if (!isObject(own)) return session
  const { protocolVersion, clientCapabilities, clientInfo, logLevel } = session
  return readMeta({
    _meta: {
      ...own,
      [metaKeys.protocolVersion]: protocolVersion,
      [metaKeys.clientCapabilities]: clientCapabilities,
      [metaKeys.clientInfo]: clientInfo,
      [metaKeys.logLevel]: logLevel,
    },
  })
}
