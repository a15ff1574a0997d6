import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const short = {
  clients: 20,
  tasks: 60,
  steps: 4,
  'step-ms': 30,
  'lease-ms': 2000,
  'kill-ms': 1500,
  'freeze-ms': 3000,
  'cut-ms': 2500,
  'restart-ms': 3500,
  'faults-ms': 8000,
  'least-ms': 8000,
  'limit-ms': 80_000,
}

// The short form of `npm run chaos`: every fault, some tasks.
for (const engine of ['postgres', 'redis']) {
  test(`tasks on three processes over ${engine} survive kills, freezes, cut connections, restarts and wrong clocks`, async (t) => {
    const flags = Object.entries({ ...short, engine }).map(([name, value]) => `--${name}=${value}`)
    const { code, said } = await run([...process.execArgv, main, ...flags])
    t.diagnostic(said)
    const lack = /: not run: (.*)/.exec(said)?.[1]
    if (lack) return t.skip(lack)
    assert.equal(code, 0, said)
    assert.match(said, /every promise was kept/)
    assert.match(said, /[1-9]\d* kills, [1-9]\d* freezes, [1-9]\d* restarts .*, [1-9]\d* cuts/)
  })
}

async function run(args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const parts: string[] = []
  child.stdout.setEncoding('utf8').on('data', (part: string) => parts.push(part))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said: parts.join('') }
}
