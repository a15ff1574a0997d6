/** A process and its pipes, spoken to without a client of anyone's. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { envelope } from '../http/requests.ts'

/** A call of the bench's tool as a line. */
export function encodeCall(id: number, text: string): string {
  const params = { name: 'echo', arguments: { text }, _meta: envelope }
  return `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`
}

export interface RawClient {
  /** Milliseconds from the start of the process to its first answer. */
  readonly firstAnswerMs: number
  /** Calls answered in a second, with so many under way. */
  rate(options: { readonly ms: number; readonly window: number }): Promise<number>
  stop(): void
}

/** Starts a server and has its first answer. */
export async function startRaw(script: string): Promise<RawClient> {
  const started = performance.now()
  const child = spawn(process.execPath, [script])
  child.stderr.pipe(process.stderr)
  const answers = countAnswers(child)
  const first = answers.reach(1)
  child.stdin.write(encodeCall(0, 'first'))
  await first
  return {
    firstAnswerMs: performance.now() - started,
    async rate({ ms, window }) {
      const lines = manyLines(encodeCall(1, 'hello'), window)
      const begun = performance.now()
      let calls = 0
      let elapsed = 0
      while (elapsed < ms) {
        const all = answers.reach(answers.count() + window)
        child.stdin.write(lines)
        await all
        calls += window
        elapsed = performance.now() - begun
      }
      return (calls * 1000) / elapsed
    },
    stop: () => void child.kill('SIGKILL'),
  }
}

/** Lines with an id of their own each, as those under way must have. */
function manyLines(line: string, count: number): string {
  return Array.from({ length: count }, (_, id) => line.replace('"id":1', `"id":${id + 1}`)).join('')
}

interface Waiting {
  readonly until: number
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

function countAnswers(child: ChildProcessWithoutNullStreams) {
  let count = 0
  let waiting: Waiting | undefined
  child.once('exit', (code) => waiting?.reject(new Error(`The server ended with ${code}`)))
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++
    if (waiting && count >= waiting.until) waiting.resolve()
  })
  return {
    count: () => count,
    reach: (until: number) =>
      new Promise<void>((resolve, reject) => {
        waiting = { until, resolve, reject }
      }),
  }
}
