/** Calls and lists over HTTP against a plain server and against the official SDK. */
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { measure } from './http/raw-load.ts'
import { type Asked, call, legacyCall, list } from './http/requests.ts'
import { type Bench, compare, type Effort, type Row } from './ratio.ts'

export const httpCall: Bench = {
  name: 'http-call',
  async run(effort) {
    const script = await prepare('./http/servers.ts')
    const start = (name: string) => startContender(script, name)
    return withContenders(
      ['plain', 'plain-legacy', 'ours', 'ours-200', 'official', 'official-200'].map(start),
      (...servers) => compareAll(servers as Servers, effort),
    )
  },
}

type Servers = [Contender, Contender, Contender, Contender, Contender, Contender]

async function compareAll(
  [plain, plainLegacy, one, many, official, officialMany]: Servers,
  effort: Effort,
): Promise<readonly Row[]> {
  await assertSame(call, one, plain)
  await assertSame(legacyCall, one, plainLegacy)
  const rate = (server: Contender, asked: Asked) => () => rateOf(server, asked, effort)
  const rows: [string, number, () => Promise<number>, () => Promise<number>][] = [
    ['HTTP tools/call : plain node:http', 0.6, rate(one, call), rate(plain, call)],
    ['HTTP tools/call : official SDK', 8, rate(one, call), rate(official, call)],
    ['HTTP tools/call, 200 tools : one tool', 0.95, rate(many, call), rate(one, call)],
    ['HTTP tools/list, 200 tools : official SDK', 20, rate(many, list), rate(officialMany, list)],
    [
      'HTTP 2025-11-25 tools/call : plain node:http',
      0.6,
      rate(one, legacyCall),
      rate(plainLegacy, legacyCall),
    ],
    [
      'HTTP 2025-11-25 tools/call : official SDK',
      8,
      rate(one, legacyCall),
      rate(official, legacyCall),
    ],
  ]
  const compared: Row[] = []
  for (const [name, target, ours, theirs] of rows) {
    compared.push(await compare({ name, target }, [ours, theirs], effort))
  }
  return compared
}

function rateOf({ port }: Contender, asked: Asked, effort: Effort): Promise<number> {
  return measure({ port, path: '/mcp', ...asked, ...effort })
}

/** A ceiling that does less than what is measured against it would be none. */
async function assertSame(asked: Asked, one: Contender, other: Contender): Promise<void> {
  const [first, second] = await Promise.all([bodyOf(one, asked), bodyOf(other, asked)])
  if (first !== second) throw new Error(`The replies differ:\n${first}\n${second}`)
}

async function bodyOf({ port }: Contender, { headers, body }: Asked): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body })
  return response.text()
}
