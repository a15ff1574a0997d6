/** Thousands of open streams: what each weighs, and how fast one change reaches all of them. */
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { openStreams } from './http/streams.ts'
import { type Bench, compare, type Effort, type Row } from './ratio.ts'

/** Against a plain server of event streams: the official one takes no more than 1,024. */
export const httpListen: Bench = {
  name: 'http-listen',
  async run(effort) {
    const [servers, load] = [
      await prepare('./http/servers.ts'),
      await prepare('./http/stream-load.ts'),
    ]
    return withContenders(
      [
        startContender(servers, 'ours'),
        startContender(load),
        startContender(servers, 'plain-streams'),
        startContender(load),
      ],
      (...started) => compareStreams(started as Started, effort),
    )
  },
}

type Started = [our: Contender, load: Contender, plain: Contender, plainLoad: Contender]

async function compareStreams(
  [our, load, plain, plainLoad]: Started,
  effort: Effort,
): Promise<readonly Row[]> {
  const { streams } = effort
  const ours = await openStreams(our, load, streams)
  const theirs = await openStreams(plain, plainLoad, streams)
  const fan = { name: `HTTP one change to ${streams} streams : plain node:http`, target: 0.85 }
  const weights = (['heap', 'rss'] as const).map((kind): Row => {
    const figures = [ours.weight[kind], theirs.weight[kind]] as const
    const name = `HTTP ${kind} of one of ${streams} open streams : plain node:http`
    const row = { name, ratio: figures[0] / figures[1], figures, atMost: true } as const
    return kind === 'heap' ? { ...row, target: 1.5 } : row
  })
  return [...weights, await compare(fan, [ours.fanOut, theirs.fanOut], effort)]
}
