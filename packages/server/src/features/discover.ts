/** `server/discover`: what a server is and can. See /specification/2026-07-28/basic/discovery */
import { type Handler, modernVersions, type ServerCapabilities, withEncoded } from '@lutra/core'
import type { Environment } from '../environment.ts'

/** The handler of discovery: the same encoded result every time. */
export function createDiscover(
  capabilities: ServerCapabilities,
  instructions: string | undefined,
  env: Environment,
): Handler {
  const result = withEncoded({
    resultType: 'complete',
    supportedVersions: modernVersions,
    capabilities,
    ...(instructions !== undefined && { instructions }),
    ...env.hints('server/discover'),
    _meta: env.meta,
  })
  return async () => result
}
