/** The other side of `contender.ts`: how a process says that it is ready, and answers what it is asked. */
import type { Memory } from './memory.ts'

/** What the bench asks a process. */
export interface Asked {
  readonly question: string
  readonly given?: unknown
}

/** Says that the process is ready, with its port where it has one, and answers questions until the bench is gone. */
export function contend(
  port: number,
  answers: Readonly<Record<string, (given: unknown) => unknown>>,
): void {
  process.on('message', async ({ question, given }: Asked) => {
    const answer = answers[question]
    if (!answer) throw new Error(`No answer to ${question}`)
    process.send?.({ answer: await answer(given) })
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ answer: port })
}

/** What this process holds, after what is garbage has gone. */
export function memoryUsed(): Memory {
  // Twice: what the first round finalizes, the second frees.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, rss }
}
