import { openEngine } from '@lutra/stores'
import { type EnginePair, engineCases, type OpenWith, secretCases } from '@lutra/stores/suite'
import { UnreachableError, UsageError } from '../errors.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { troubleOf } from './trouble.ts'

/** What came of one promise of an engine. */
export interface Checked {
  readonly name: string
  readonly holds: boolean
  /** What was found in place of what was promised. */
  readonly found?: string
}

interface CheckOptions {
  readonly timeoutMs: number
  readonly namespace?: string | undefined
  readonly signal: AbortSignal
  readonly hide: (text: string) => string
}

/** Holds an engine to every promise, one after the other; throws where it cannot be opened at all. */
export async function* checkEngine(
  url: string,
  options: CheckOptions,
): AsyncGenerator<Checked, void, undefined> {
  const engines = await openBoth(url, options)
  try {
    for (const { name, run } of engineCases) {
      options.signal.throwIfAborted()
      yield await check(name, () => run(engines), options)
    }
  } finally {
    await Promise.allSettled([...new Set([engines.one, engines.two])].map((one) => one.close()))
  }
  // What memory holds is gone with its engine, and needs no keys.
  if (url === 'memory:') return
  const open: OpenWith = (keys) => openEngine(url, { ...optionsOf(options), ...(keys && { keys }) })
  for (const { name, run } of secretCases) {
    options.signal.throwIfAborted()
    yield await check(name, () => run(open), options)
  }
}

function optionsOf({ namespace, timeoutMs }: CheckOptions) {
  return { timeoutMs: Math.min(timeoutMs, 5000), required: true, ...(namespace && { namespace }) }
}

async function openBoth(url: string, check: CheckOptions): Promise<EnginePair> {
  const options = optionsOf(check)
  try {
    const one = await openEngine(url, options)
    // These belong to one process, which has them open once.
    if (/^(?:memory|file):/.test(url)) return { one, two: one }
    try {
      return { one, two: await openEngine(url, options) }
    } catch (error) {
      await one.close()
      throw error
    }
  } catch (error) {
    throw openError(error, url, check.hide)
  }
}

/** In one line, as it may be the words of whoever answers there; without its cause, which may hold the URL with all that is in it. */
function openError(error: unknown, url: string, hide: (text: string) => string): Error {
  const { name, message } = error as Error
  const inOneLine = (text: string) => safeLine(hide(text))
  const trouble = troubleOf(error, url, inOneLine)
  if (trouble) return new UnreachableError(trouble.message, { hint: trouble.hint })
  if (name === 'TypeError') return new UsageError(inOneLine(message))
  return new UnreachableError(inOneLine(message || name))
}

async function check(
  name: string,
  run: () => Promise<void>,
  { timeoutMs, hide, signal }: CheckOptions,
): Promise<Checked> {
  const late = new AbortController()
  const timer = setTimeout(
    () => late.abort(new Error(`It took longer than ${timeoutMs / 1000} seconds`)),
    timeoutMs,
  )
  const ended = AbortSignal.any([signal, late.signal])
  const given = new Promise<never>((_, reject) => {
    ended.addEventListener('abort', () => reject(ended.reason), { once: true })
  })
  try {
    await Promise.race([run(), given])
    return { name, holds: true }
  } catch (error) {
    signal.throwIfAborted()
    const found = error instanceof Error ? error.message : String(error)
    return { name, holds: false, found: hide(found) }
  } finally {
    clearTimeout(timer)
  }
}
