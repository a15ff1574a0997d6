import type { Connection } from '@lutra/core'
import type { Command, StdioOptions } from './pipe/command.ts'
import { connectPipe } from './pipe/connect-pipe.ts'
import { restarting } from './pipe/restart.ts'
import { spawnServer } from './pipe/spawn-stdio.ts'

export type { Command, StdioOptions } from './pipe/command.ts'

/** Starts a server as a process of its own and connects to it over its standard streams. */
export function connectStdio(command: Command, options: StdioOptions = {}): Promise<Connection> {
  return restarting(() => connectPipe(spawnServer(command, options), options), options)
}
