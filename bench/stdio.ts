/** Calls over stdio, and one very long line. */
import { createLineReader, parseJson } from '@lutra/core'
import { prepare } from './contender.ts'
import { type Bench, compare, type Effort, type Row } from './ratio.ts'
import { encodeCall, type RawClient, startRaw } from './stdio/raw-client.ts'

export const stdio: Bench = {
  name: 'stdio',
  async run(effort) {
    const [ours, official] = [
      await prepare('./stdio/ours.ts'),
      await prepare('./stdio/official.ts'),
    ]
    return [
      await compareCalls(ours, official, effort),
      await compare(
        { name: 'stdio line of 8 MB in chunks of 8 kB : JSON.parse', target: 3, atMost: true },
        [readLong, parseLong],
        effort,
      ),
    ]
  },
}

async function compareCalls(ours: string, official: string, effort: Effort): Promise<Row> {
  const clients = [await startRaw(ours), await startRaw(official)] as const
  // Many at once: one by one, the operating system's pipes and scheduler are most of what is measured.
  const rate = (client: RawClient) => () => client.rate({ ms: effort.runMs, window: 64 })
  try {
    return await compare(
      { name: 'stdio tools/call, 64 under way : official SDK', target: 3 },
      [rate(clients[0]), rate(clients[1])],
      effort,
    )
  } finally {
    for (const client of clients) client.stop()
  }
}

// Many short texts rather than a long one: that is what makes JSON.parse work.
const long = Buffer.from(encodeCall(1, 'LONG').replace('"LONG"', JSON.stringify(words())))

function words(): string[] {
  return Array.from({ length: 600_000 }, (_, index) => `word ${index}`)
}

/** Milliseconds that JSON.parse takes, the text being there. */
function parseLong(): number {
  const text = long.toString()
  const begun = performance.now()
  JSON.parse(text)
  return performance.now() - begun
}

/** Milliseconds from the first chunk to the value. */
function readLong(): number {
  let value: unknown
  const begun = performance.now()
  const reader = createLineReader((line) => {
    value = parseJson(line)
  })
  for (let at = 0; at < long.length; at += 8192) reader.push(long.subarray(at, at + 8192))
  if (value === undefined) throw new Error('The line was not read')
  return performance.now() - begun
}
