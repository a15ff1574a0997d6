/** What is compared without any wire, by name: calls of a server's tool, one after the other. */
import type { Call } from '@lutra/core'
import { serveHttp } from '@lutra/server/serve-http'
import { contend } from '../contend.ts'
import { officialHandler } from '../http/official-handler.ts'
import { ourServer } from '../http/our-server.ts'
import { call, echoParams } from '../http/requests.ts'

type Caller = () => Promise<unknown>

const callers: Readonly<Record<string, () => Caller>> = {
  ours() {
    const server = ourServer(1)
    const meta = { protocolVersion: '2026-07-28', clientCapabilities: {} }
    const { signal } = new AbortController()
    const made: Call = { method: 'tools/call', params: echoParams, meta, signal, notify() {} }
    return () => server({ ...made })
  },
  'ours-fetch'() {
    const serve = serveHttp(ourServer(1))
    return async () => (await serve(request())).text()
  },
  official() {
    const handler = officialHandler(1)
    return async () => (await handler.fetch(request())).text()
  },
}

function request(): Request {
  const { headers, body } = call
  return new Request('http://127.0.0.1/mcp', { method: 'POST', headers, body })
}

const make = callers[process.argv[2] ?? '']
if (!make) throw new Error(`No such caller: ${process.argv[2]}`)
const run = make()
if (!JSON.stringify(await run()).includes('hello')) throw new Error('The call was not answered')
contend(0, {
  async rate(ms) {
    const started = performance.now()
    let calls = 0
    let elapsed = 0
    while (elapsed < Number(ms)) {
      for (let count = 0; count < 50; count++) await run()
      calls += 50
      elapsed = performance.now() - started
    }
    return (calls * 1000) / elapsed
  },
})
