import type { Member } from './host-server.ts'
import type { Status } from './status.ts'

/** How a host stands with its servers. */
export interface Settled<K = string> {
  readonly ready: readonly K[]
  readonly failed: readonly { readonly server: K; readonly error: Error }[]
  readonly needsAuth: readonly K[]
  /** Those that are still on their way. */
  readonly connecting: readonly K[]
  /** Those that nobody has needed yet. */
  readonly idle: readonly K[]
}

/** Whether a server has come to something, be it a failure: one that failed and tries again has. */
export function isSettled(status: Status): boolean {
  return status.state !== 'connecting' || status.error !== undefined
}

export function readSettled(members: ReadonlyMap<string, Member>): Settled {
  const ready: string[] = []
  const failed: { server: string; error: Error }[] = []
  const needsAuth: string[] = []
  const connecting: string[] = []
  const idle: string[] = []
  for (const [server, member] of members) {
    const { status } = member.server
    if (status.state === 'ready') ready.push(server)
    else if (status.state === 'needs-auth') needsAuth.push(server)
    else if (status.state === 'idle') idle.push(server)
    else if ('error' in status && status.error) failed.push({ server, error: status.error })
    else if (status.state === 'connecting') connecting.push(server)
  }
  return { ready, failed, needsAuth, connecting, idle }
}
