import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
const cwd = fileURLToPath(new URL('../..', import.meta.url))

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `lutra` from its sources, without a terminal and with nothing on stdin. */
export function lutra(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const command = ['--import', import.meta.resolve('tsx'), main, ...args]
    const options = { cwd, timeout: 30_000, killSignal: 'SIGKILL' } as const
    const child = execFile(process.execPath, command, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0
      resolve({ code, stdout, stderr })
    })
    child.stdin?.end()
  })
}
