import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository, so that a script behaves the same from wherever it is started. */
export const root: string = fileURLToPath(new URL('..', import.meta.url))

const toolPath = join(root, 'node_modules', '.bin') + delimiter + (process.env['PATH'] ?? '')

/** What a finished command says for itself; `code` is 1 where a signal or a missing program ended it. */
export interface Finished {
  code: number
  output: string
  seconds: number
}

/** How to start a command: added environment, a folder, a time limit, and who hears it speak. */
export interface CommandOptions {
  env?: Record<string, string | undefined>
  cwd?: string
  timeoutMs?: number
  onOutput?: (text: string) => void
}

/** The command that runs a TypeScript file on this Node.js, or on another binary of it. */
export function script(
  file: string,
  args: readonly string[] = [],
  node = process.execPath,
): string[] {
  return [node, '--import', 'tsx', file, ...args]
}

/** Runs a command, or a tool of the workspace, to its end without shell or stdin and collects what it printed. */
export function runCommand(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<Finished> {
  const [program = '', ...args] = command
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, PATH: toolPath, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    const hear = (chunk: string): void => {
      output += chunk
      options.onOutput?.(chunk)
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    const stopChild = (): void => stopGroup(child.pid)
    process.once('exit', stopChild)
    const timer = setTimeout(() => {
      hear(`\n${program}: stopped after ${options.timeoutMs} ms\n`)
      stopGroup(child.pid)
    }, options.timeoutMs ?? 2_147_483_647)
    const finish = (code: number | null): void => {
      clearTimeout(timer)
      process.off('exit', stopChild)
      resolve({ code: code ?? 1, output, seconds: (performance.now() - started) / 1000 })
    }
    child.once('error', (error) => {
      hear(`${program}: ${error.message}\n`)
      finish(1)
    })
    child.once('close', finish)
  })
}

// The child leads its own process group, so that whatever it started ends with it.
function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has already ended.
  }
}
