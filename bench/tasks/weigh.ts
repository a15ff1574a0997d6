import { startContender, withContenders } from '../contender.ts'
import { type Memory, perOne } from '../memory.ts'

export interface Weighing {
  /** Whether the process runs tasks, or only makes them. */
  readonly role: string
  /** What makes the tasks. */
  readonly question: string
  readonly count: number
}

/** Bytes of a process for each of so many tasks that it keeps in memory. */
export function weighTasks(script: string, { role, question, count }: Weighing): Promise<Memory> {
  return withContenders([startContender(script, 'memory:', role)], async (...[one]) => {
    const memory = async () => (await one?.ask('memory')) as Memory
    // The first ones make what all of them share.
    await one?.ask(question, Math.min(count, 1000))
    const before = await memory()
    await one?.ask(question, count)
    return perOne(before, await memory(), count)
  })
}
