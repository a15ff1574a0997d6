/** The clients that are compared, by name: each calls a tool again and again. */
import { connect } from '@lutra/client/connect'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { contend } from '../contend.ts'

/** Calls the tool once and gives its text. */
type Caller = () => Promise<unknown>

const [name = '', url = ''] = process.argv.slice(2)

const callers: Readonly<Record<string, () => Promise<Caller>>> = {
  async ours() {
    const client = await connect(url)
    await client.listTools()
    return async () => (await client.callTool('echo', { text: 'hello' })).text
  },
  async official() {
    const client = new Client(
      { name: 'bench', version: '1.0.0' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    )
    await client.connect(new StreamableHTTPClientTransport(new URL(url)))
    await client.listTools()
    return async () => {
      const { content } = await client.callTool({ name: 'echo', arguments: { text: 'hello' } })
      return content[0]?.type === 'text' && content[0].text
    }
  },
}

const make = callers[name]
if (!make) throw new Error(`No such client: ${name}`)
const run = await make()
const underWay = 8
contend(0, {
  async rate(ms) {
    const started = performance.now()
    let calls = 0
    async function repeat(): Promise<void> {
      while (performance.now() - started < Number(ms)) {
        if ((await run()) !== 'hello') throw new Error('The tool was not called')
        calls++
      }
    }
    await Promise.all(Array.from({ length: underWay }, repeat))
    return (calls * 1000) / (performance.now() - started)
  },
})
