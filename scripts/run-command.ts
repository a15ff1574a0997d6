import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository, so that a script behaves the same from wherever it is started. */
export const root: string = fileURLToPath(new URL('..', import.meta.url))

const toolPath = join(root, 'node_modules', '.bin') + delimiter + (process.env['PATH'] ?? '')

// What a child has started may close its pipes a little later than the child itself.
const graceMs = 2_000

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
    const interrupted = (): void => process.exit(130)
    const stopChild = (): boolean => stopGroup(child.pid)
    process.once('exit', stopChild).once('SIGINT', interrupted).once('SIGTERM', interrupted)
    const timer = setTimeout(() => {
      hear(`\n${program}: stopped after ${options.timeoutMs} ms\n`)
      stopChild()
    }, options.timeoutMs ?? 2_147_483_647)
    let leftBehind = false
    let grace: NodeJS.Timeout | undefined
    child.once('exit', () => {
      grace = setTimeout(() => {
        leftBehind = stopChild()
      }, graceMs)
    })
    const finish = (code: number | null): void => {
      clearTimeout(timer)
      clearTimeout(grace)
      process.off('exit', stopChild).off('SIGINT', interrupted).off('SIGTERM', interrupted)
      if (leftBehind) process.stderr.write(`${command.join(' ')}: left processes behind\n`)
      const seconds = (performance.now() - started) / 1000
      resolve({ code: code === 0 && leftBehind ? 1 : (code ?? 1), output, seconds })
    }
    child.once('error', (error) => {
      hear(`${program}: ${error.message}\n`)
      finish(1)
    })
    child.once('close', finish)
  })
}

// The child leads its own process group, so that whatever it started ends with it. True where something had to be ended.
function stopGroup(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(-pid, 'SIGKILL')
  } catch {
    return false
  }
}
