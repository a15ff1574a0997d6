/** A client whose server processes misbehave in every way that a process can. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@lutra/client'
import { connectStdio, type StdioOptions } from '@lutra/client/connect-stdio'
import { latestVersion } from '@lutra/core'

const discovery = {
  resultType: 'complete',
  supportedVersions: [latestVersion],
  capabilities: { tools: {} },
  ttlMs: 0,
  cacheScope: 'private',
}

/** A server that answers discovery, and calls by what `body` does with `id`, `method` and `params`. */
function program(body: string): { command: string; args: string[] } {
  const code = `
    const say = (text) => process.stdout.write(text)
    const tell = (message) => say(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
    const good = (id, text = 'x') => tell({ id, result: { resultType: 'complete', content: [{ type: 'text', text }] } })
    let held = ''
    process.stdin.setEncoding('utf8').on('data', (text) => {
      const lines = (held + text).split('\\n')
      held = lines.pop()
      for (const line of lines) take(JSON.parse(line))
    })
    function take({ id, method, params }) {
      if (method === 'server/discover') return tell({ id, result: ${JSON.stringify(discovery)} })
      if (id === undefined) return
      ${body}
    }`
  return { command: process.execPath, args: ['-e', code] }
}

// Floods are slow to come on a busy machine: how long they take is not what is held here.
const base = { era: 'modern' as const, retries: 0, timeoutMs: 120_000, stopMs: 200, maxRestarts: 0 }

async function connected(body: string, options: StdioOptions = {}) {
  const warnings: string[] = []
  const begun = performance.now()
  const onWarning = (message: string) => void warnings.push(message)
  const all = { ...base, onWarning, ...options }
  const client = createClient(await connectStdio(program(body), all), all)
  // They are bounded for each minute, and a flood may take more than one.
  const perMinute = () => warnings.length / (1 + Math.floor((performance.now() - begun) / 6e4))
  return { client, warnings, perMinute, [Symbol.asyncDispose]: () => client.close() }
}

test('whatever a server prints beside its messages, its calls go through, and warnings stay few', async () => {
  const body = `
    say('Listening on port 3000\\n')
    say('\\u001b[2J{"jsonrpc"\\r\\n\\0\\n[]\\n{}\\nnull\\n[[1]]\\n' + '['.repeat(100000) + '\\n')
    process.stdout.write(Buffer.from([0xff, 0xfe, 0x0a]))
    for (let n = 0; n < 20000; n++) say('noise ' + n + '\\n')
    good(id)`
  await using server = await connected(body)
  for (let count = 0; count < 3; count++)
    assert.equal((await server.client.callTool('x')).text, 'x')
  assert.ok(server.perMinute() <= 20, `${server.warnings.length} warnings`)
})

test('a flood of requests, of answers to nothing and of notices about nothing is let go', async () => {
  const body = `
    for (let n = 0; n < 20000; n++) {
      tell({ id: 'r' + n, method: 'roots/list' })
      tell({ id: n + 1000, result: {} })
      tell({ error: { code: 1, message: 'x' } })
      tell({ method: 'notifications/progress', params: { progressToken: n + 1000, progress: 1 } })
      tell({ method: 'notifications/cancelled', params: { requestId: id } })
      tell({ method: '__proto__', params: { _meta: { 'io.modelcontextprotocol/subscriptionId': {} } } })
    }
    good(id)
    good(id, 'twice')`
  await using server = await connected(body)
  for (let count = 0; count < 2; count++)
    assert.equal((await server.client.callTool('x')).text, 'x')
  assert.ok(server.perMinute() <= 40, `${server.warnings.length} warnings`)
})

test('a line of a gigabyte is dropped with no memory for it', async () => {
  const body = `
    const chunk = Buffer.alloc(1024 * 1024, '[')
    let left = 1024
    const pump = () => {
      while (left-- > 0) if (!process.stdout.write(chunk)) return process.stdout.once('drain', pump)
      say('\\n')
      good(id)
    }
    pump()`
  await using server = await connected(body, { maxMessageBytes: 1024 * 1024 })
  const before = process.memoryUsage().rss
  assert.equal((await server.client.callTool('x')).text, 'x')
  const after = process.memoryUsage().rss
  assert.ok(after < before + 300e6, `${before} → ${after}`)
  assert.match(server.warnings.join(), /longer than 1048576 bytes/)
})

test('a server that writes to stderr without end is read without end, and kept at its last words', async () => {
  const body = `
    const chunk = 'e'.repeat(1024 * 1024)
    let left = 200
    const pump = () => {
      while (left-- > 0) if (!process.stderr.write(chunk)) return process.stderr.once('drain', pump)
      process.stderr.write('\\u001b[31mthe last word', () => process.exit(3))
    }
    pump()`
  await using server = await connected(body)
  await assert.rejects(server.client.callTool('x'), ({ message }: Error) => {
    assert.match(message, /the last word/)
    return message.length < 3000 && !message.includes('\u001b')
  })
})

test('a server that never answers, dies or falls silent fails its calls in time, each in words of its own', async () => {
  const inVain = /took longer than 300 ms/
  const bodies: [body: string, expected: RegExp][] = [
    ['', inVain],
    ['process.exit(7)', /exit code 7/],
    ['process.kill(process.pid, "SIGKILL")', /SIGKILL/],
    ['process.abort()', /SIGABRT|exit code/],
    ['process.stdin.destroy(); setInterval(() => {}, 1000)', inVain],
    [
      'say(JSON.stringify({ jsonrpc: "2.0", id, result: {} }).slice(0, 20)); process.exit(0)',
      /exit code 0/,
    ],
    ['throw new Error("a bug")', /a bug/],
  ]
  for (const [body, expected] of bodies) {
    await using server = await connected(body)
    // To die takes its time on a busy machine.
    const timeoutMs = expected === inVain ? 300 : base.timeoutMs
    await assert.rejects(server.client.callTool('x', {}, { timeoutMs }), expected, body)
  }
  const result = JSON.stringify({ jsonrpc: '2.0', id: 1, result: discovery })
  const shut = {
    command: 'sh',
    args: ['-c', `read a; echo '${result}'; read b; exec >&-; sleep 60`],
  }
  await using mute = createClient(await connectStdio(shut, base), base)
  await assert.rejects(mute.callTool('x'), /closed its stdout/)
  const silent = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] }
  await assert.rejects(connectStdio(silent, { ...base, timeoutMs: 300 }), inVain)
  const dead = { command: process.execPath, args: ['-e', 'process.exit(1)'] }
  await assert.rejects(connectStdio(dead, base), /exit code 1/)
})

test('a server that ignores every signal is killed with all that it has started, however it was left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orphans-'))
  const file = join(folder, 'pids')
  const stubborn = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000)`
  const body = `
    if (params.name === 'start') {
      ${stubborn}
      process.stdin.on('end', () => {})
      const { spawn } = require('child_process')
      const own = Array.from({ length: 3 }, () => spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'inherit' }))
      require('fs').appendFileSync(${JSON.stringify(file)}, [process.pid, ...own.map(({ pid }) => pid)].join('\\n') + '\\n')
    }
    if (params.name === 'die') process.kill(process.pid, 'SIGKILL')
    good(id)`
  try {
    for (const ending of ['close', 'die'] as const) {
      await using server = await connected(body)
      await server.client.callTool('start')
      // They need a moment to become deaf.
      await sleep(300)
      if (ending === 'die') await assert.rejects(server.client.callTool('die'))
    }
    const pids = readFileSync(file, 'utf8').trim().split('\n').map(Number)
    assert.equal(pids.length, 8)
    for (let tries = 0; pids.some(runs); tries++) {
      assert.ok(tries < 100, `${pids.filter(runs)} still run`)
      await sleep(50)
    }
  } finally {
    if (existsSync(file))
      for (const pid of readFileSync(file, 'utf8').trim().split('\n')) end(Number(pid))
    rmSync(folder, { recursive: true })
  }
})

test('connecting that is given up leaves no process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orphans-'))
  const file = join(folder, 'pid')
  const code = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); const fs = require('fs'); const file = ${JSON.stringify(file)}; fs.writeFileSync(file + '~', String(process.pid)); fs.renameSync(file + '~', file)`
  try {
    // On a busy machine it may be given up before it is deaf: then it is given more time.
    for (let timeoutMs = 600; !existsSync(file); timeoutMs *= 2) {
      assert.ok(timeoutMs < 40_000, 'the process never began')
      const server = { command: process.execPath, args: ['-e', code] }
      await assert.rejects(connectStdio(server, { ...base, timeoutMs }), /took longer/)
    }
    const pid = Number(readFileSync(file, 'utf8'))
    for (let tries = 0; runs(pid); tries++) {
      assert.ok(tries < 100, `${pid} still runs`)
      await sleep(50)
    }
  } finally {
    if (existsSync(file)) end(Number(readFileSync(file, 'utf8')))
    rmSync(folder, { recursive: true })
  }
})

test('closing, calling and dying at once settles every call', async () => {
  for (const when of [0, 1, 5, 20]) {
    await using server = await connected(
      'setTimeout(() => good(id), id % 7); if (id === 30) process.exit(1)',
      { maxRestarts: 1, restartDelayMs: 1 },
    )
    const calls = Array.from({ length: 60 }, () =>
      server.client.callTool('x').then(
        () => 'well',
        () => 'badly',
      ),
    )
    await sleep(when)
    const closing = server.client.close()
    const late = server.client.callTool('x').then(
      () => 'well',
      () => 'badly',
    )
    const ends = await Promise.all([...calls, late])
    assert.ok(ends.includes('badly'))
    await closing
  }
})

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // One that has ended and was not waited for yet does not run any more.
    const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
    return !/\) Z /.test(state)
  } catch {
    return false
  }
}

function end(pid: number): void {
  try {
    // Not 0, which is all of this group.
    if (pid > 0) process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended, as it should.
  }
}
