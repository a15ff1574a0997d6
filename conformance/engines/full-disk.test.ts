import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { find } from '../../scripts/start-database.ts'

const script = fileURLToPath(new URL('full-disk.ts', import.meta.url))
const limiter = find('prlimit')
const mebibyte = 1024 * 1024

/** A process whose files can be given an end: what is written beyond it fails, as on a disk that is full. */
interface Limited {
  ask(command: string): Promise<unknown>
  limit(bytes: number | 'unlimited'): void
  end(): Promise<void>
}

function start(folder: string, bytes: number | 'unlimited' = 'unlimited'): Limited {
  const command = [process.execPath, '--import', 'tsx', script, folder]
  const child: ChildProcess = spawn(limiter ?? '', [`--fsize=${bytes}:`, ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]()
  return {
    async ask(command) {
      child.stdin?.write(`${command}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`The process ended instead of answering ${command}`)
      return JSON.parse(value)
    },
    limit(bytes) {
      execFileSync(limiter ?? '', ['--pid', String(child.pid), `--fsize=${bytes}:`])
    },
    async end() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

interface Filled {
  readonly acknowledged: number
  readonly code: string
  readonly message: string
}

/** What is full first: the log, after which PostgreSQL panics, or a table. */
const kinds = [
  ['log', 10 * mebibyte],
  ['table', 24 * mebibyte],
] as const

for (const [kind, limit] of kinds) {
  test(`a full disk (its ${kind}) fails writes as full, holds up nothing else, loses nothing, and is used again when there is room`, async (t) => {
    if (!limiter) return t.skip('prlimit is not installed')
    const folder = mkdtempSync(join(tmpdir(), 'lutra-full-'))
    const place = join(folder, 'data')
    let child = start(place)
    try {
      assert.equal(await child.ask('open'), 'open')
      child.limit(limit)
      const { acknowledged, code, message } = (await child.ask(`fill-${kind}`)) as Filled
      assert.equal(code, 'full')
      assert.match(message, /no space is left on its disk/)
      assert.ok(acknowledged > 10, `${acknowledged} were written`)

      // A call that needs no store, a task, and /readyz, all of the process with the full disk.
      const server = (await child.ask('serve')) as Record<string, unknown>
      assert.equal(server['plain'], 'at once')
      if (kind === 'log') {
        assert.match(String(server['task']), /no room/)
        assert.equal(server['ready'], 503)
      }

      child.limit('unlimited')
      assert.equal(await child.ask('recover'), 'written')
      const kept = Number(await child.ask('count'))
      // The one that failed may have been written after all: nobody was told that it was.
      assert.ok(kept === acknowledged || kept === acknowledged + 1, `${kept} of ${acknowledged}`)
      assert.equal(await child.ask('hears'), 'heard')
      assert.deepEqual(await child.ask('serve'), { plain: 'at once', task: 'done', ready: 200 })

      // Nothing was lost either where the process never came back, nor where the next one found no room.
      await child.end()
      if (kind === 'log') {
        child = start(place, limit)
        assert.equal(await child.ask('open'), 'full')
        await child.end()
      }
      child = start(place)
      assert.equal(await child.ask('open'), 'open')
      assert.equal(await child.ask('count'), kept)
    } finally {
      await child.end()
      rmSync(folder, { recursive: true, force: true })
    }
  })
}
