/** Calls and lists over HTTP against a plain server and against the official SDK. */
import { fileURLToPath } from 'node:url'
import { bundleScript, type Contender, startContender } from './contender.ts'
import { measure } from './http/raw-load.ts'
import { compare, print, type Row } from './ratio.ts'

/** Measures HTTP. */
export async function benchHttpCalls(): Promise<readonly Row[]> {
  const script = await bundleScript(fileURLToPath(new URL('./http/servers.ts', import.meta.url)))
  const names = ['plain', 'lutra', 'lutra-200', 'official', 'official-200'] as const
  const started = await Promise.all(names.map((name) => startContender(script, name)))
  const [plain, one, many, official, officialMany] = started as [
    Contender,
    Contender,
    Contender,
    Contender,
    Contender,
  ]
  try {
    return [
      await compare({ name: 'HTTP tools/call : plain node:http', target: 0.6 }, [
        () => rate(one, call),
        () => rate(plain, call),
      ]),
      await compare({ name: 'HTTP tools/call : official SDK', target: 8 }, [
        () => rate(one, call),
        () => rate(official, call),
      ]),
      // Two figures that close take more pairs to tell apart from the noise of the machine.
      await compare(
        { name: 'HTTP tools/call with 200 tools : with one', target: 0.95 },
        [() => rate(many, call), () => rate(one, call)],
        11,
      ),
      await compare({ name: 'HTTP tools/list with 200 tools : official SDK', target: 20 }, [
        () => rate(many, list),
        () => rate(officialMany, list),
      ]),
      await compare(
        { name: 'HTTP 2025-11-25 stateless tools/call : plain node:http', target: 0.6 },
        [() => rate(one, legacyCall), () => rate(plain, legacyCall)],
      ),
      await compare({ name: 'HTTP 2025-11-25 stateless tools/call : official SDK', target: 8 }, [
        () => rate(one, legacyCall),
        () => rate(official, legacyCall),
      ]),
    ]
  } finally {
    await Promise.all(started.map((contender) => contender.stop()))
  }
}

interface Asked {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly expect: string
}

const common = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}
const modern = { ...common, 'mcp-protocol-version': '2026-07-28' }
const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
}
const echo = { name: 'echo', arguments: { text: 'hello' } }

const call: Asked = {
  headers: { ...modern, 'mcp-method': 'tools/call', 'mcp-name': 'echo' },
  body: encode('tools/call', { ...echo, _meta }),
  expect: '"text":"hello"',
}
const list: Asked = {
  headers: { ...modern, 'mcp-method': 'tools/list' },
  body: encode('tools/list', { _meta }),
  expect: '"echo"',
}
const legacyCall: Asked = {
  headers: { ...common, 'mcp-protocol-version': '2025-11-25' },
  body: encode('tools/call', echo),
  expect: '"text":"hello"',
}

function encode(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
}

function rate({ port }: Contender, asked: Asked): Promise<number> {
  return measure({ port, path: '/mcp', ...asked })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) print(await benchHttpCalls())
