import type { ConnectOptions } from '../options.ts'
import type { RestartOptions } from './restart.ts'

/** A server to run as a process of its own. */
export interface Command {
  /**
   * A program, found as the operating system finds it; no shell reads it. On Windows, scripts such as `npx` are no programs:
   * run them by `{ command: 'cmd', args: ['/c', 'npx', …] }`.
   */
  readonly command: string
  readonly args?: readonly string[]
  /** Variables beyond the few that every program needs (`PATH`, `HOME` and the like); nothing else is handed down. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** How a server process is run. */
export interface StdioOptions extends ConnectOptions, RestartOptions {
  /** Takes what the server writes to stderr, as it comes; `inherit` passes it on. It never counts as an error. */
  readonly stderr?: 'inherit' | ((text: string) => void)
  /** Bytes that one message may have. Default: 64 MiB. */
  readonly maxMessageBytes?: number
  /** Milliseconds that the server has to end by itself once its stdin is closed, and again after SIGTERM. Default: 2,000. */
  readonly stopMs?: number
}
