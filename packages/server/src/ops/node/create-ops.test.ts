import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { createServer, tool } from '@lutra/server'
import { createOps } from '@lutra/server/ops-node'
import { ask, callOf, callTool } from '../../../test/calls.ts'

const add = tool({ name: 'add', description: 'x', run: () => 'sum' })
const fail = tool({
  name: 'fail',
  description: 'x',
  run() {
    throw new RangeError('no')
  },
})

function serverOf(middleware: Parameters<typeof createServer>[0]['middleware']) {
  const onError = () => {}
  return createServer({
    name: 's',
    version: '1',
    tools: [add, fail],
    onError,
    middleware: middleware ?? [],
  })
}

/** The value of the line that begins with this. */
function figure(text: string, line: string): number | undefined {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

test('a process says that it lives, whether it is ready and what it needs for that', async () => {
  let up = true
  const ops = createOps({
    checks: {
      store() {
        if (!up) throw new Error('The store is down')
      },
      slow: () => (up ? undefined : new Promise(() => {})),
    },
    checkTimeoutMs: 20,
  })
  const { url, close } = await ops.listen()
  const get = (path: string) => fetch(`${url}${path}`)
  assert.equal((await get('/healthz')).status, 200)
  assert.equal((await get('/readyz')).status, 200)
  up = false
  const down = await get('/readyz')
  assert.equal(down.status, 503)
  assert.deepEqual(await down.json(), {
    ready: false,
    draining: false,
    checks: { store: 'The store is down', slow: 'no answer in 20 ms' },
  })
  assert.equal((await get('/healthz')).status, 200, 'what others lack does not end this process')
  up = true
  ops.drain()
  assert.equal((await get('/readyz')).status, 503)
  assert.equal((await get('/other')).status, 404)
  assert.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 404)
  await close()
})

test('calls are counted by method, tool and error, in the names of the conventions', async () => {
  const ops = createOps({ gauges: { lutra_tasks_running: () => 3 } })
  const server = serverOf([ops.middleware])
  const { url, close } = await ops.listen()
  await callTool(server, 'add')
  await callTool(server, 'add')
  await callTool(server, 'fail').catch(() => {})
  await ask(server, 'tools/list')
  for (let at = 0; at < 50; at++) {
    await assert.rejects(callTool(server, `made up ${at}`))
    await assert.rejects(ask(server, `made/up${at}`))
  }
  const listening = callOf('subscriptions/listen', { notifications: {} })
  const listened = server(listening)
  const reply = await fetch(`${url}/metrics`)
  assert.match(reply.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const text = await reply.text()
  const count = 'mcp_server_operation_duration_seconds_count'
  const tools = 'mcp_method_name="tools/call",gen_ai_tool_name='
  assert.equal(figure(text, `${count}{${tools}"add"}`), 2)
  assert.equal(
    figure(text, `mcp_server_operation_duration_seconds_bucket{${tools}"add",le="+Inf"}`),
    2,
  )
  assert.equal(figure(text, `${count}{mcp_method_name="tools/list"}`), 1)
  assert.equal(figure(text, `${count}{${tools}"other",error_type="-32602"}`), 50)
  assert.equal(figure(text, `${count}{mcp_method_name="other",error_type="-32601"}`), 50)
  assert.equal(figure(text, `${count}{${tools}"fail",error_type="RangeError"}`), 1)
  assert.ok(!text.includes('made'), 'names that callers make up are not told')
  assert.equal(figure(text, 'mcp_server_active_requests'), 0)
  assert.equal(figure(text, 'mcp_server_open_subscriptions'), 1)
  assert.equal(figure(text, 'lutra_tasks_running'), 3)
  for (const name of ['v8js_memory_heap_used_bytes', 'nodejs_eventloop_delay_p99_seconds']) {
    assert.ok((figure(text, name) ?? 0) > 0, name)
  }
  for (const line of text.trimEnd().split('\n')) {
    assert.match(line, /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{.*\})? -?[\d.e+-]+)$/)
  }
  listening.cancel()
  await listened
  assert.equal(
    figure(await (await fetch(`${url}/metrics`)).text(), 'mcp_server_open_subscriptions'),
    0,
  )
  await close()
  await server.close()
})

test('names beyond the bound are counted together', async () => {
  const ops = createOps({ maxNames: 1 })
  const server = serverOf([ops.middleware])
  await callTool(server, 'add')
  await callTool(server, 'fail').catch(() => {})
  const { url, close } = await ops.listen()
  const text = await (await fetch(`${url}/metrics`)).text()
  assert.ok(text.includes('gen_ai_tool_name="add"'))
  assert.ok(text.includes('gen_ai_tool_name="other"') && !text.includes('fail'))
  await close()
})

test('SIGTERM: not ready, then running calls end, streams end, engines close, and the process with 0', async () => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', new URL('../../../test/stopping.ts', import.meta.url).pathname],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let out = ''
  const begun = new Promise<{ mcp: string; ops: string }>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += String(chunk)
      const line = /^ready (.*)$/m.exec(out)?.[1]
      if (line !== undefined) resolve(JSON.parse(line))
    })
  })
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => resolve(code)),
  )
  const { mcp, ops } = await begun
  const { connect } = await import('@lutra/client/connect')
  const client = await connect(mcp)
  const changes = client.listen({ toolsListChanged: true })
  await changes.acknowledged
  const call = client.callTool('slow')
  while (!out.includes('slow began')) await new Promise((resolve) => setTimeout(resolve, 10))
  child.kill('SIGTERM')
  while ((await fetch(`${ops}/readyz`)).status !== 503)
    await new Promise((resolve) => setTimeout(resolve, 5))
  // While load balancers notice, calls are still taken; no connection is kept for the next.
  assert.equal((await fetch(mcp, { method: 'GET' })).headers.get('connection'), 'close')
  assert.equal((await client.callTool('quick')).text, 'quick')
  assert.equal((await call).text, 'slow')
  assert.equal(await ended, 0)
  assert.match(out, /engine closed/)
  await client.close()
})
