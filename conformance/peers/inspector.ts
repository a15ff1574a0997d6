import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installAside } from '../../scripts/install-aside.ts'
import { nodeRuntime } from '../../scripts/node-runtime.ts'
import { root } from '../../scripts/run-command.ts'

const name = '@modelcontextprotocol/inspector'
const version = '2.12.0'

/** What a command of the Inspector came to. */
export interface Inspected {
  readonly code: number
  /** The JSON that it printed, or undefined where it printed none. */
  readonly json: unknown
  readonly stderr: string
}

export interface Inspector extends AsyncDisposable {
  /** Runs `mcp-inspector --cli`, which connects, sends one method and ends. */
  cli(...args: readonly string[]): Promise<Inspected>
  /** Runs `mcpdo`, which keeps its connections in a daemon of this Inspector's own. */
  mcpdo(...args: readonly string[]): Promise<Inspected>
  /** Runs an `mcpdo` that goes on until it is left: the values that it prints, which may span lines. */
  follow(...args: readonly string[]): AsyncGenerator<unknown>
}

/**
 * The official Inspector. It brings a hundred packages for its web and terminal interfaces, wants Node.js 22.19 and a
 * native keyring that the command line can do without: it is kept aside, with a home of its own.
 */
export async function openInspector(): Promise<Inspector> {
  const launcher = await installAside(`${name}@${version}`, {
    home: `inspector-${version}`,
    file: join(name, 'clients/launcher/build/index.js'),
    flags: ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'],
  })
  const node = await nodeRuntime(24)
  const home = await mkdtemp(join(tmpdir(), 'inspector-'))
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    MCP_INSPECTOR_SECRET_STORE: 'file',
    MCP_INSPECTOR_DAEMON_DIR: join(home, 'daemon'),
    MCP_INSPECTOR_DAEMON_TOKEN: crypto.randomUUID(),
    NODE_COMPILE_CACHE: join(root, '.tmp', `inspector-${version}`, 'cache'),
  }
  const options = { env, cwd: root, timeout: 30_000, killSignal: 'SIGKILL' } as const
  const run = (file: string, args: readonly string[]) =>
    new Promise<Inspected>((resolve) => {
      execFile(node, [file, ...args], options, (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0
        resolve({ code, json: parse(stdout), stderr })
      })
    })
  const mcpdo = join(launcher, '../../../mcpdo/build/mcp-bin.js')
  return {
    cli: (...args) => run(launcher, ['--cli', '--format', 'json', '--stored-auth-only', ...args]),
    mcpdo: (...args) => run(mcpdo, ['--format', 'json', '--stored-auth-only', ...args]),
    async *follow(...args) {
      const all = [mcpdo, '--format', 'json', '--stored-auth-only', ...args]
      const child = spawn(node, all, {
        ...options,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      try {
        let text = ''
        for await (const line of createInterface(child.stdout)) {
          text += line
          const value = parse(text)
          if (value === undefined) continue
          text = ''
          yield value
        }
      } finally {
        child.kill('SIGKILL')
      }
    },
    async [Symbol.asyncDispose]() {
      await run(mcpdo, ['daemon', 'stop'])
      await rm(home, { recursive: true, force: true })
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
