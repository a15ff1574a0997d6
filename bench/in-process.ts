/** Calls without a wire: what the libraries themselves take. */
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { type Bench, compare } from './ratio.ts'

export const inProcess: Bench = {
  name: 'in-process',
  async run(effort) {
    const script = await prepare('./in-process/callers.ts')
    const start = (name: string) => startContender(script, name)
    const rate = (caller: Contender) => async () => Number(await caller.ask('rate', effort.runMs))
    return withContenders(['ours', 'ours-fetch', 'official'].map(start), async (...started) => {
      const [ours, oursFetch, official] = started as [Contender, Contender, Contender]
      const theirs = rate(official)
      return [
        await compare(
          { name: 'in process, server(call) : official handler.fetch', target: 20 },
          [rate(ours), theirs],
          effort,
        ),
        await compare(
          { name: 'in process, serveHttp fetch : official handler.fetch' },
          [rate(oursFetch), theirs],
          effort,
        ),
      ]
    })
  },
}
