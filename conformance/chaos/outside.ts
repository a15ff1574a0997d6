import { setTimeout as pause } from 'node:timers/promises'
import { tasks } from '@lutra/extensions/tasks'
import type { Engine } from '@lutra/stores'
import { readLines } from './ledger.ts'

/** Somebody outside of any server who ends what is handed to them, as a webhook would: each order again until it is taken. */
export async function finishOrders(
  { store, bus }: Engine,
  ledger: string,
  signal: AbortSignal,
): Promise<void> {
  const owner = tasks({ store, bus, run: false, onError: () => {} })
  const done = new Set<string>()
  while (!signal.aborted) {
    const submitted = readLines(ledger).filter(({ what }) => what === 'submitted')
    for (const { task } of submitted) {
      if (done.has(task)) continue
      try {
        await owner.complete(task, { content: [{ type: 'text', text: 'From outside' }] })
        done.add(task)
      } catch {
        // The engine is away: later again.
      }
    }
    await pause(100, undefined, { signal }).catch(() => {})
  }
}
