/** From the start of a process to the first answer of its server. */
import { prepare } from './contender.ts'
import { type Bench, compare } from './ratio.ts'
import { startRaw } from './stdio/raw-client.ts'

export const start: Bench = {
  name: 'start',
  async run(effort) {
    // Schema libraries take as long to load as a whole server: without one, the servers themselves are compared.
    const [ours, theirs] = [
      await prepare('./stdio/ours-start.ts'),
      await prepare('./stdio/official-start.ts'),
    ]
    const [ourFile, theirFile] = [
      await prepare('./stdio/ours-start.ts', { whole: true }),
      await prepare('./stdio/official-start.ts', { whole: true }),
    ]
    const bare = await prepare('./stdio/bare-start.ts')
    return [
      await compare(
        { name: 'stdio start to first answer : official SDK', target: 0.5, atMost: true },
        [() => startup(ours), () => startup(theirs)],
        effort,
      ),
      await compare(
        { name: 'stdio start to first answer, each as one file : official SDK', atMost: true },
        [() => startup(ourFile), () => startup(theirFile)],
        effort,
      ),
      await compare(
        { name: 'stdio start to first answer : Node.js that answers by itself', atMost: true },
        [() => startup(ours), () => startup(bare)],
        effort,
      ),
    ]
  },
}

async function startup(script: string): Promise<number> {
  const client = await startRaw(script)
  client.stop()
  return client.firstAnswerMs
}
