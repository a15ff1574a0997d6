import type { Connection } from '@lutra/core'
import type { EraOptions } from './era/options.ts'
import { negotiatePipe } from './legacy/negotiate-pipe.ts'
import type { Command, StdioOptions } from './pipe/command.ts'
import { restarting } from './pipe/restart.ts'
import { spawnServer } from './pipe/spawn-stdio.ts'

export { ConnectError } from './era/connect-error.ts'
export type { EraOptions } from './era/options.ts'
export type { Command, StdioOptions } from './pipe/command.ts'

/** Starts a server as a process of its own and connects to it over its standard streams, in whichever era it speaks. */
export async function connectStdio(
  command: Command,
  options: StdioOptions & EraOptions = {},
): Promise<Connection> {
  const target = command.command
  const key = await keyOf(command)
  return restarting(
    () => negotiatePipe(() => spawnServer(command, options), { ...options, target, key }),
    options,
  )
}

/** What tells one command from another. Arguments may hold secrets: they are kept as a digest only. */
async function keyOf({ command, args = [], cwd = '' }: Command): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([command, args, cwd]))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return `stdio:${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
