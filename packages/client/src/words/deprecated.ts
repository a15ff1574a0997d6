/** Features that go away with SEP-2577. See /specification/2026-07-28/changelog */
import { type PlainClientOptions, warnBy } from '../options.ts'

/** Warns of what a client still uses and should not: once in a process, or once a client where it has its own ear for warnings. */
export function warnDeprecated(options: PlainClientOptions): void {
  const { answer, logLevel, onLog, onWarning } = options
  const used: Readonly<Record<string, unknown>> = {
    'answer.sample': answer?.sample,
    'answer.roots': answer?.roots,
    logLevel,
    onLog,
  }
  for (const [name, instead] of remedies) {
    if (used[name] === undefined || (!onWarning && warned.has(name))) continue
    warned.add(name)
    warnBy(options)(`${name} is deprecated: ${instead}`)
  }
}

const instead = 'servers should write to stderr or use OpenTelemetry'
const remedies = new Map([
  ['answer.sample', 'servers should call a model themselves'],
  ['answer.roots', 'give paths as tool arguments'],
  ['logLevel', instead],
  ['onLog', instead],
])

// "Once" means once for all clients of the process.
const warned = new Set<string>()
