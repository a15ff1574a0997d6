/** Calls over stdio, the start of a server, and one very long line. */
import { fileURLToPath } from 'node:url'
import { createLineReader, parseJson } from '@lutra/core'
import { bundleScript } from './contender.ts'
import { compare, print, type Row } from './ratio.ts'
import { encodeCall, startRaw } from './stdio/raw-client.ts'

/** Measures stdio. */
export async function benchStdio(): Promise<readonly Row[]> {
  const scriptOf = (name: string, options?: { asBuilt: boolean }) =>
    bundleScript(fileURLToPath(new URL(`./stdio/${name}.ts`, import.meta.url)), options)
  const [lutra, official] = [await scriptOf('lutra'), await scriptOf('official')]
  // Schema libraries take as long to load as a whole server: without one, the servers themselves are compared.
  const [ours, theirs] = [await scriptOf('lutra-start'), await scriptOf('official-start')]
  const built = await scriptOf('lutra-start', { asBuilt: true })
  return [
    await compare({ name: 'stdio calls in a second, 64 under way : official SDK', target: 3 }, [
      () => rate(lutra),
      () => rate(official),
    ]),
    await compare(
      { name: 'stdio start to first answer, bundled : official SDK', target: 0.5, atMost: true },
      [() => startup(ours), () => startup(theirs)],
    ),
    await compare(
      { name: 'stdio start to first answer, as built : official SDK', target: 0.5, atMost: true },
      [() => startup(built), () => startup(theirs)],
    ),
    await compare(
      { name: 'a line of 8 MB in chunks of 8 kB : JSON.parse of it', target: 3, atMost: true },
      [async () => readLong(), async () => parseLong()],
    ),
  ]
}

// Many at once: one by one, the operating system's pipes and scheduler are most of what is measured.
const load = { calls: 9600, window: 64 }

async function rate(script: string): Promise<number> {
  const client = await startRaw(script)
  try {
    await client.rate(load)
    return await client.rate(load)
  } finally {
    client.stop()
  }
}

async function startup(script: string): Promise<number> {
  const client = await startRaw(script)
  client.stop()
  return client.firstAnswerMs
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

if (process.argv[1] === fileURLToPath(import.meta.url)) print(await benchStdio())
