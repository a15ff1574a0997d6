import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { metaKeys, readLines } from '@lutra/core'

const entry = fileURLToPath(new URL('./serve-stdio.ts', import.meta.url))
const envelope = {
  [metaKeys.protocolVersion]: '2026-07-28',
  [metaKeys.clientCapabilities]: {},
}

/** A process that serves a handler with some of every misbehaviour. */
const program = `
import { serveStdio } from ${JSON.stringify(entry)}
console.log('before')
await serveStdio(async (call) => {
  console.log('stray', call.method)
  process.stdout.write('{"stray":true}\\n')
  if (call.method === 'hang') {
    call.signal.addEventListener('abort', () => process.stderr.write('aborted\\n'))
    await new Promise(() => setInterval(() => {}, 1000))
  }
  if (call.method === 'big') return { resultType: 'complete', text: 'x'.repeat(5_000_000) }
  return { resultType: 'complete', method: call.method }
})
console.log('after')
`

interface Peer {
  readonly child: ChildProcessWithoutNullStreams
  readonly errors: () => string
  next(): Promise<unknown>
  send(message: unknown): void
}

async function start(): Promise<Peer> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program])
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const lines = readLines(child.stdout)
  const before = await lines.next()
  assert.equal(before.value, 'before')
  return {
    child,
    errors: () => errors,
    async next() {
      const { value } = await lines.next()
      return value === undefined ? undefined : value[0] === '{' ? JSON.parse(value) : value
    },
    send: (message) => child.stdin.write(`${JSON.stringify(message)}\n`),
  }
}

/** The exit code, once its last words have been heard. */
async function ended(child: Peer['child']): Promise<unknown> {
  const [[code]] = await Promise.all([once(child, 'exit'), once(child.stderr, 'end')])
  return code
}

function request(id: number, method: string) {
  return { jsonrpc: '2.0', id, method, params: { _meta: envelope } }
}

test('[STDIO-04] stdout carries messages alone while a server is served, and is given back after', async () => {
  const { child, errors, next, send } = await start()
  send(request(1, 'one'))
  assert.deepEqual(await next(), {
    jsonrpc: '2.0',
    id: 1,
    result: { resultType: 'complete', method: 'one' },
  })
  child.stdin.write('not json\n')
  const bad = (await next()) as { error: { code: number } }
  assert.equal(bad.error.code, -32700)
  send(request(2, 'big'))
  const big = (await next()) as { result: { text: string } }
  assert.equal(big.result.text.length, 5_000_000)
  child.stdin.end()
  assert.equal(await next(), 'after')
  const code = await ended(child)
  assert.equal(code, 0)
  assert.match(errors(), /stray one\n\{"stray":true\}/)
})

test('[STDIO-12] the process ends when its client closes the input, whatever still runs', async () => {
  const { child, errors, send } = await start()
  send(request(1, 'hang'))
  await once(child.stderr, 'data')
  child.stdin.end()
  const code = await ended(child)
  assert.equal(code, 0)
  assert.match(errors(), /aborted/)
})

test('requests from a pipe that ends at once are still answered', async () => {
  const { child, next, send } = await start()
  send(request(1, 'a'))
  send({ jsonrpc: '2.0', id: 2, method: 'ping' })
  child.stdin.end()
  assert.equal(((await next()) as { id: number }).id, 1)
  assert.equal(((await next()) as { id: number }).id, 2)
  await once(child, 'exit')
})

test('a client that is gone without a word ends the process', async () => {
  const { child, send } = await start()
  child.stdout.destroy()
  send(request(1, 'big'))
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})
