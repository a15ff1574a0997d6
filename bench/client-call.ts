/** Calls of a tool by a client over HTTP, of the same plain server. */
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { type Bench, compare } from './ratio.ts'

export const clientCall: Bench = {
  name: 'client-call',
  async run(effort) {
    const [server, callers] = [
      await prepare('./client/plain-server.ts'),
      await prepare('./client/callers.ts'),
    ]
    const rate = (caller: Contender) => async () => Number(await caller.ask('rate', effort.runMs))
    return withContenders([startContender(server)], async (...[plain]) => {
      const url = `http://127.0.0.1:${plain?.port}/mcp`
      const start = (name: string) => startContender(callers, name, url)
      return withContenders(['ours', 'official'].map(start), async (...clients) => {
        const [ours, official] = clients as [Contender, Contender]
        return [
          await compare(
            { name: 'client callTool over HTTP : official client', target: 2.5 },
            [rate(ours), rate(official)],
            effort,
          ),
        ]
      })
    })
  },
}
