/** A server over stdio whose client sends what it likes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { bodyOf, soundBody } from './bodies.ts'
import { internals } from './flood.ts'
import { createChance, seedOf } from './random.ts'
import { startStdioVictim, type VictimOptions } from './start-victim.ts'
import { secret } from './target.ts'
import { envelope, hello } from './wire.ts'

type Message = {
  id?: unknown
  method?: string
  result?: Record<string, unknown>
  error?: { code: number; message: string }
}

/** A server at whose pipes the test sits, and what came out of them: every line must be a message. */
function start(options: VictimOptions = {}) {
  const victim = startStdioVictim(options)
  const messages: Message[] = []
  let waiting: (() => void)[] = []
  let held = ''
  victim.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (held + text).split('\n')
    held = lines.pop() ?? ''
    for (const line of lines) {
      assert.ok(!line.includes(secret) && !internals.test(line), line.slice(0, 500))
      const value = JSON.parse(line)
      messages.push(...(Array.isArray(value) ? value : [value]))
    }
    for (const look of waiting.splice(0)) look()
  })
  victim.stdin.on('error', () => {})

  async function write(text: string | Buffer): Promise<void> {
    if (victim.stdin.write(text)) return
    await new Promise<void>((resolve) => {
      const over = () => {
        victim.stdin.off('drain', over)
        victim.child.off('exit', over)
        resolve()
      }
      victim.stdin.on('drain', over)
      victim.child.on('exit', over)
    })
  }
  async function seen(test: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = messages.find(test)
      if (found) return found
      assert.equal(victim.child.exitCode, null, victim.stderr())
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  async function answered(request: { id: unknown }): Promise<Message> {
    await write(`${JSON.stringify(request)}\n`)
    return seen(({ id, method }) => id === request.id && method === undefined)
  }
  const stop = () => {
    waiting = []
    return victim[Symbol.asyncDispose]()
  }
  return { ...victim, messages, write, seen, answered, [Symbol.asyncDispose]: stop }
}

function modern(id: unknown, method: string, params: object = {}) {
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: envelope() } }
}

const echo = (id: unknown) =>
  modern(id, 'tools/call', { name: 'echo', arguments: { text: 'here' } })
const cancel = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
})

test('lines of any kind, whole and broken, are answered by messages alone, and the server goes on', async () => {
  await using server = start()
  const chance = createChance(seedOf())
  await server.answered({ ...echo('warm'), id: 'warm' })
  const before = await server.health()
  for (let count = 0; count < 20_000; count++) {
    const line = bodyOf(chance, soundBody(chance))
    const bytes = chance.rarely(20) ? Buffer.from(line).fill(chance.below(256)) : line
    await server.write(
      Buffer.concat([bytes, Buffer.from(chance.one(['\n', '\n', '\r\n', '\n\n']))]),
    )
    if (count % 1000 === 0) await server.answered(echo(`sync ${count}`))
  }
  await server.answered(echo('the last'))
  const { heap, polluted, warnings } = await server.health()
  assert.deepEqual({ polluted, warnings }, { polluted: [], warnings: 0 })
  assert.ok(heap < before.heap * 1.5 + 6e6, `${before.heap} → ${heap}`)
})

test('a line of 100 MB is dropped, and so are ones without end, with no memory for them', async () => {
  await using server = start({ pipe: { maxLineBytes: 1024 * 1024 } })
  await server.answered(echo(1))
  const before = await server.health()
  const chunk = Buffer.alloc(1024 * 1024, '[')
  for (let count = 0; count < 100; count++) await server.write(chunk)
  await server.write('\n')
  await server.seen(({ id, error }) => id === undefined && error?.code === -32700)
  assert.equal((await server.answered(echo(2))).error, undefined)
  for (let count = 0; count < 50; count++) await server.write(chunk)
  const during = await server.health()
  assert.ok(during.rss < before.rss + 60e6, `${before.rss} → ${during.rss}`)
})

test('half a line is waited for, and one in single bytes is read', async () => {
  await using server = start()
  const line = `${JSON.stringify(echo('ü€😀'))}\n`
  const bytes = Buffer.from(line)
  for (let at = 0; at < bytes.length; at += 3) {
    await server.write(bytes.subarray(at, at + 3))
    if (at % 30 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await server.seen(({ id }) => id === 'ü€😀')
})

test('an id that is taken is refused, of either type, and the first call goes on', async () => {
  await using server = start()
  const hang = (id: unknown) => modern(id, 'tools/call', { name: 'hang' })
  await server.write(
    `${JSON.stringify(hang(1))}\n${JSON.stringify(hang('1'))}\n${JSON.stringify(hang(1))}\n`,
  )
  const refused = await server.seen(({ id, error }) => id === 1 && error !== undefined)
  assert.equal(refused.error?.code, -32600)
  const { running } = await server.health()
  assert.equal(running, 2)
  await server.write(`${JSON.stringify(cancel(1))}\n${JSON.stringify(cancel('1'))}\n`)
  await server.answered(echo('after'))
  assert.equal((await server.health()).running, 0)
  // What was cancelled is never answered.
  assert.equal(server.messages.filter(({ id, result }) => id === 1 && result).length, 0)
})

test('storms of cancellations, of unknown ids and of odd ones, end nothing else', async () => {
  await using server = start()
  const before = await server.health()
  const odd = [null, {}, [], 1.5, '', '__proto__', 0, -1, true, 2 ** 53, 'x'.repeat(1000)]
  for (let count = 0; count < 300; count++) {
    const lines = Array.from({ length: 100 }, (_, n) =>
      JSON.stringify(cancel(n < 11 ? odd[n] : `id ${count} ${n}`)),
    )
    await server.write(`${lines.join('\n')}\n`)
  }
  const calls = Array.from({ length: 500 }, (_, n) =>
    JSON.stringify(modern(n, 'tools/call', { name: 'hang' })),
  )
  const cancels = Array.from({ length: 500 }, (_, n) => JSON.stringify(cancel(n)))
  for (let round = 0; round < 5; round++)
    await server.write(`${[...calls, ...cancels].join('\n')}\n`)
  await server.answered(echo('after'))
  const { running, heap, warnings } = await server.health()
  assert.deepEqual({ running, warnings }, { running: 0, warnings: 0 })
  assert.ok(heap < before.heap + 5e6, `${before.heap} → ${heap}`)
})

test('floods of calls, subscriptions and questions are bounded', async () => {
  await using server = start({ pipe: { maxCalls: 100 }, limits: { subscriptions: 50 } })
  const listen = (id: unknown) =>
    modern(id, 'subscriptions/listen', { notifications: { toolsListChanged: true } })
  const lines = (make: (n: number) => unknown) =>
    Array.from({ length: 1000 }, (_, n) => `${JSON.stringify(make(n))}\n`).join('')
  await server.write(lines((n) => listen(`listen ${n}`)))
  await server.write(lines((n) => modern(`call ${n}`, 'tools/call', { name: 'hang' })))
  await server.answered({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params: hello } as {
    id: unknown
  })
  await server.write(
    lines((n) => ({
      jsonrpc: '2.0',
      id: `ask ${n}`,
      method: 'tools/call',
      params: { name: 'ask' },
    })),
  )
  await server.answered({ jsonrpc: '2.0', id: 'ping', method: 'ping' } as { id: unknown })
  const { running } = await server.health()
  assert.ok(running <= 100, `${running} calls run`)
  const questions = server.messages.filter(({ method }) => method === 'elicitation/create')
  assert.ok(questions.length <= 32, `${questions.length} questions`)
  const refused = server.messages.filter(({ error }) => error !== undefined)
  assert.ok(refused.length > 2000, `${refused.length} were refused`)
  // Answers to questions that were never asked are nobody's.
  await server.write(
    lines((n) => ({ jsonrpc: '2.0', id: `forged ${n}`, result: { action: 'accept' } })),
  )
  await server.answered({ jsonrpc: '2.0', id: 'last', method: 'ping' } as { id: unknown })
})

test('a client that never reads is given up, and one that is gone leaves no process behind', async () => {
  const deaf = startStdioVictim({ pipe: { maxBufferedBytes: 1024 * 1024 } })
  const left = once(deaf.child, 'exit')
  deaf.stdin.on('error', () => {})
  const talks = modern(1, 'tools/call', { name: 'talks' })
  const { _meta } = talks.params
  deaf.stdin.write(
    `${JSON.stringify({ ...talks, params: { ...talks.params, _meta: { ..._meta, progressToken: 1 } } })}\n`,
  )
  await left
  for (const way of ['end', 'destroy'] as const) {
    const server = start()
    await server.answered(echo(1))
    await server.write(`${JSON.stringify(modern(2, 'tools/call', { name: 'hang' }))}\n`)
    const exit = once(server.child, 'exit')
    server.stdin[way]()
    if (way === 'destroy') server.stdout.destroy()
    await exit
  }
})
