/** What it costs to know who calls: with a token that was seen before, and with one that was not. */
import { mint } from './auth/token.ts'
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { measure } from './http/raw-load.ts'
import { call } from './http/requests.ts'
import { type Bench, compare, type Effort, type Row } from './ratio.ts'

export const auth: Bench = {
  name: 'auth',
  async run(effort) {
    return [await compareCalls(effort), await compareChecks(effort)]
  },
}

async function compareCalls(effort: Effort): Promise<Row> {
  const script = await prepare('./http/servers.ts')
  const starting = ['protected', 'ours'].map((name) => startContender(script, name))
  const authorization = `Bearer ${await mint()}`
  return withContenders(starting, async (...started) => {
    const [shut, open] = started as [Contender, Contender]
    const rate = (server: Contender, headers: Readonly<Record<string, string>>) => () =>
      measure({ port: server.port, path: '/mcp', ...call, headers, ...effort })
    return compare(
      { name: 'HTTP tools/call with a known token : without protection', target: 0.85 },
      [rate(shut, { ...call.headers, authorization }), rate(open, call.headers)],
      effort,
    )
  })
}

async function compareChecks(effort: Effort): Promise<Row> {
  const script = await prepare('./auth/verifiers.ts')
  const starting = ['ours', 'jose'].map((name) => startContender(script, name))
  return withContenders(starting, async (...started) => {
    const [ours, theirs] = started as [Contender, Contender]
    const rate = (one: Contender) => async () => Number(await one.ask('rate', effort.runMs))
    const name = 'first check of a token, bearer() : bare jose.jwtVerify'
    return compare({ name }, [rate(ours), rate(theirs)], effort)
  })
}
