/** Calls over stdio, and one very long line. */
import { createLineReader, parseJson } from '@lutra/core'
import { prepare } from './contender.ts'
import { type Bench, compare, type Effort } from './ratio.ts'
import { encodeCall, startRaw } from './stdio/raw-client.ts'

export const stdio: Bench = {
  name: 'stdio',
  async run(effort) {
    const [ours, official] = [
      await prepare('./stdio/ours.ts'),
      await prepare('./stdio/official.ts'),
    ]
    return [
      await compare(
        { name: 'stdio tools/call, 64 under way : official SDK', target: 3 },
        [() => rateOf(ours, effort), () => rateOf(official, effort)],
        effort,
      ),
      await compare(
        { name: 'stdio line of 8 MB in chunks of 8 kB : JSON.parse', target: 3, atMost: true },
        [readLong, parseLong],
        effort,
      ),
    ]
  },
}

async function rateOf(script: string, { warmupMs, runMs }: Effort): Promise<number> {
  const client = await startRaw(script)
  try {
    // Many at once: one by one, the operating system's pipes and scheduler are most of what is measured.
    await client.rate({ ms: warmupMs, window: 64 })
    return await client.rate({ ms: runMs, window: 64 })
  } finally {
    client.stop()
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
