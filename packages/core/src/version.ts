/** Revisions of the protocol. See /specification/2026-07-28/basic/versioning */
import { ErrorCode, RpcError } from './error.ts'

/** The modern revisions that are spoken here, the preferred one first. */
export const modernVersions: readonly string[] = ['2026-07-28']

/** The revision that a modern caller uses when nothing else was agreed. */
export const latestVersion = '2026-07-28'

/** Whether a revision is of the modern era and spoken here. */
export function isModern(version: string | undefined): boolean {
  return version === latestVersion || (version !== undefined && modernVersions.includes(version))
}

/** Throws `RpcError` -32022, which lists what is spoken here, unless `requested` is a modern revision. */
export function verifyVersion(requested: string, supported = modernVersions): void {
  if (supported.includes(requested)) return
  throw new RpcError(
    `Unsupported protocol version: ${requested.slice(0, 40)}; this server speaks ${supported.join(', ')}`,
    {
      code: ErrorCode.unsupportedVersion,
      data: { supported, requested },
    },
  )
}
