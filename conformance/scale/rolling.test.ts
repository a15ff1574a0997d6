/** Processes are stopped one after the other, under load, behind an nginx that knows nothing of readiness. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { metaKeys, requestHeaders } from '@lutra/core'
import { startNginx } from '../../examples/scale-out/processes.ts'
import { freePort } from '../../scripts/free-port.ts'
import { find } from '../../scripts/start-database.ts'

const protocolVersion = '2026-07-28'
const params = {
  name: 'count',
  arguments: {},
  _meta: {
    [metaKeys.protocolVersion]: protocolVersion,
    [metaKeys.clientInfo]: { name: 'load', version: '1' },
    [metaKeys.clientCapabilities]: {},
  },
}
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...requestHeaders('tools/call', params, { protocolVersion }),
}

/** One call, as plain HTTP: nothing tries again. */
function call(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('error', (error) => resolve(String(error)))
      response.on('end', () =>
        resolve(text.includes('counted') ? 'answered' : `${response.statusCode}: ${text}`),
      )
    })
    sent.on('error', (error) => resolve(String(error)))
    sent.end(body)
  })
}

async function start(port: number): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'rolling-server.ts'), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, PORT: String(port) },
  })
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`It ended: ${code}`)))
  await Promise.race([once(child, 'message'), ended])
  ended.catch(() => {})
  return child
}

test('processes that are stopped one after the other lose no call, in front of a plain nginx', async (t) => {
  const program = find('nginx')
  if (!program) return t.skip('nginx is not installed')
  const ports = [await freePort(), await freePort()]
  const children = await Promise.all(ports.map(start))
  const nginx = await startNginx(program, ports)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const failures: string[] = []
  let answered = 0
  let over = false
  const load = Array.from({ length: 64 }, async () => {
    while (!over) {
      const outcome = await call(nginx.url, agent)
      if (outcome === 'answered') answered += 1
      else failures.push(outcome)
    }
  })
  try {
    for (const [at, port] of ports.entries()) {
      const child = children[at]
      assert.ok(child, 'a process for each port')
      const before = answered
      child.kill('SIGTERM')
      assert.deepEqual(await once(child, 'exit'), [0, null])
      assert.ok(answered > before, 'calls go on')
      if (at === 0) children[at] = await start(port)
    }
  } finally {
    over = true
    await Promise.all(load)
    agent.destroy()
    for (const child of children) child.kill('SIGKILL')
    await nginx.stop()
  }
  // The system may let others run at the one moment that counts: without the care that is taken, each stop loses as many as are under way.
  assert.ok(failures.length <= 1, `${failures.length} of ${answered} were lost: ${failures[0]}`)
})
