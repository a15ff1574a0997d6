import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startPostgres, startRedis } from './start-server.ts'

const program = fileURLToPath(new URL('ends-child.ts', import.meta.url))
const servers = { PostgreSQL: startPostgres, Redis: startRedis }

for (const [name, start] of Object.entries(servers)) {
  test(`a program that closes its engine on ${name} ends by itself, whatever happened to the server`, async (t) => {
    const server = await start()
    if (!server) return t.skip(`${name} is not installed`)
    const children: ChildProcess[] = []
    try {
      const [before, during] = await Promise.all([open(server.url), open(server.url)])
      children.push(before.child, during.child)
      await server.kill()
      await pause(1000)
      // One closes while the server is away, and the server comes back; the other one has gone on with it before.
      const left = during.close()
      await pause(200)
      await server.start()
      await pause(1500)
      await Promise.all([left, before.close()])
    } finally {
      for (const child of children) child.kill('SIGKILL')
      await server.stop()
    }
  })
}

async function open(url: string) {
  const child = spawn(process.execPath, [...process.execArgv, program, url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said: string[] = []
  // By then all that it has said is read.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => resolve(void said.push(text)))
    child.once('exit', () => resolve())
  })
  return {
    child,
    async close(): Promise<void> {
      child.stdin.write('close\n')
      const late = AbortSignal.timeout(20_000)
      const code = await Promise.race([
        ended,
        new Promise<string>((resolve) => late.addEventListener('abort', () => resolve('not'))),
      ])
      assert.deepEqual({ code, said: said.join('') }, { code: 0, said: 'open\nclosed\n' })
    },
  }
}
