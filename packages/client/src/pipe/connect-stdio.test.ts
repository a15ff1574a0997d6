import assert from 'node:assert/strict'
import { execPath } from 'node:process'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectStdio, type StdioOptions } from '../connect-stdio.ts'
import { createClient } from '../words/create-client.ts'
import { ConnectionError } from '../words/error.ts'

/** A server of a few lines: `body` may use `id`, `method`, `params` and `reply(result)`. */
function program(body: string): string {
  return `
    const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
    let rest = ''
    process.stdin.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\\n')
      rest = lines.pop()
      for (const line of lines) {
        const { id, method, params } = JSON.parse(line)
        const reply = (result) => say({ id, result: { resultType: 'complete', ...result } })
        if (method === 'server/discover')
          reply({ supportedVersions: ['2026-07-28'], capabilities: { tools: {} } })
        else { ${body} }
      }
    })`
}

const text = (code: string) => `reply({ content: [{ type: 'text', text: String(${code}) }] })`

async function run(code: string, options: StdioOptions = {}, env: Record<string, string> = {}) {
  const quiet = { onWarning() {}, restartDelayMs: 5, ...options }
  const command = { command: execPath, args: ['-e', code], env }
  return createClient(await connectStdio(command, quiet), quiet)
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('calls a server process, which gets few variables and is told to end by its stdin', async () => {
  process.env['LUTRA_TEST_SECRET'] = 'x'
  const code = program(text('JSON.stringify([process.pid, process.env])'))
  const client = await run(code, {}, { GIVEN: '1' })
  const [pid, env] = JSON.parse((await client.call('x')).text)
  assert.equal(env.GIVEN, '1')
  assert.equal(env.LUTRA_TEST_SECRET, undefined)
  assert.equal(env.PATH, process.env['PATH'])
  await client.close()
  assert.equal(alive(pid), false)
  assert.equal(await client.connection.closed, undefined)
  await assert.rejects(client.call('x'), ConnectionError)
})

test('STDIO-01: skips what is no message, keeps what it says on stderr, and reads large messages', async () => {
  const warnings: string[] = []
  const heard: string[] = []
  const code = `console.log('Listening!'); console.log('{"a":1}'); console.error('starting'); ${program(text("'é'.repeat(3_000_000)"))}`
  const onWarning = (message: string) => void warnings.push(message)
  await using client = await run(code, { onWarning, stderr: (part) => heard.push(part) })
  assert.equal((await client.call('x', { big: 'x'.repeat(1_000_000) })).text.length, 3_000_000)
  assert.equal(warnings.length, 2)
  assert.match(warnings[0] ?? '', /Listening!/)
  assert.equal(heard.join(''), 'starting\n')
})

test('[STDIO-13] a server that dies fails what waits with its last words, and is started anew', async () => {
  const body = `
    if (method === 'prompts/list') reply({ prompts: [{ name: String(process.pid) }] })
    else { console.error('out of fish'); process.exit(3) }`
  await using client = await run(program(body))
  const [before] = await client.listPrompts()
  await assert.rejects(client.call('x'), (error) => {
    assert.ok(error instanceof ConnectionError)
    assert.match(error.message, /exit code 3.*out of fish/)
    return true
  })
  const [after] = await client.listPrompts()
  assert.notEqual(after?.name, before?.name)
})

test('restarts are bounded', async () => {
  const code = program('process.exit(1)')
  await using client = await run(code, { maxRestarts: 1 })
  await assert.rejects(client.call('x'), ConnectionError)
  await assert.rejects(client.call('x'), ConnectionError)
  assert.match(String(await client.connection.closed), /after 1 restarts/)
  await assert.rejects(client.call('x'), (error: ConnectionError) => error.final)
})

test('a program that is not there is an error that says so', async () => {
  await assert.rejects(connectStdio({ command: 'no-such-otter' }), /Cannot start no-such-otter/)
  await assert.rejects(
    connectStdio({ command: execPath, args: ['-e', 'console.error("bad flag"); process.exit(2)'] }),
    /exit code 2.*bad flag/,
  )
})

test('[STDIO-11] what does not end by itself is ended, with all that it started', async () => {
  const stubborn = `
    process.on('SIGTERM', () => {})
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    setInterval(() => {}, 1000)
    ${program(text('JSON.stringify([process.pid, child.pid])'))}`
  const client = await run(stubborn, { stopMs: 100 })
  const pids = JSON.parse((await client.call('x')).text) as number[]
  assert.deepEqual(pids.map(alive), [true, true])
  await client.close()
  // Whoever has lost its parent is taken note of by the system, in its own time.
  for (let tries = 0; tries < 200 && pids.some(alive); tries++) await sleep(50)
  assert.deepEqual(pids.map(alive), [false, false])
})

test('a reader that stops reading holds the writer back, and loses nothing', async () => {
  const slow = `process.stdin.pause(); setTimeout(() => process.stdin.resume(), 100); ${program(text('params.arguments.n'))}`
  await using client = await run(slow)
  const big = 'x'.repeat(100_000)
  const calls = Array.from({ length: 50 }, (_, n) => client.call('x', { n, big }))
  assert.deepEqual(
    (await Promise.all(calls)).map((one) => one.text),
    calls.map((_, n) => String(n)),
  )
})

test('STDIO-14 SUB-11: a subscription is opened anew with the server, and says so', async () => {
  const body = `
    const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
    if (method === 'subscriptions/listen') {
      say({ method: 'notifications/subscriptions/acknowledged', params: { _meta, notifications: {} } })
      say({ method: 'notifications/tools/list_changed', params: { _meta } })
    } else process.exit(1)`
  await using client = await run(program(body), { maxRestarts: 1 })
  const seen: string[] = []
  for await (const { type } of client.listen({ toolsListChanged: true })) {
    seen.push(type)
    if (seen.length === 2) break
    await client.call('x').catch(() => {})
  }
  assert.deepEqual(seen, ['tools', 'gap'])
})
