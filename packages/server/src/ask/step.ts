import { checkKey } from './question.ts'
import { during, type Run, recall, watch } from './run.ts'
import { Suspended } from './suspended.ts'

/** Does work that is done once in all the runs of a call, and gives what it came to. */
export function takeStep<T>(run: Run, key: string, work: () => T | Promise<T>): Promise<T> {
  return watch(run, new Promise<T>((resolve) => resolve(takeOnce(run, key, work))))
}

function takeOnce<T>(run: Run, key: string, work: () => T | Promise<T>): Promise<T> {
  checkKey(key)
  if (run.stepped.has(key)) {
    throw new TypeError(`There are two steps "${key}": each needs a key of its own, in a loop too`)
  }
  run.stepped.add(key)
  return during(run, async () => {
    const { steps } = await recall(run)
    if (steps.has(key)) return steps.get(key) as T
    if (run.decided) throw new Suspended()
    run.call.journal?.assertCurrent()
    const result = asJson(key, await start(run, work))
    await run.call.journal?.record(key, result)
    steps.set(key, result)
    return result
  })
}

function start<T>(run: Run, work: () => T | Promise<T>): T | Promise<T> {
  run.starting = true
  try {
    return work()
  } finally {
    run.starting = false
  }
}

// The first run gets what the next ones will get: the value as JSON has it.
function asJson<T>(key: string, value: T): T {
  if (value === undefined) return value
  try {
    return JSON.parse(JSON.stringify(value))
  } catch (cause) {
    throw new TypeError(`The result of step "${key}" cannot be kept: it is no JSON value`, {
      cause,
    })
  }
}
