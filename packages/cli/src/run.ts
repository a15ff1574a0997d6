import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { InterruptedError, UsageError } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { nearest } from './nearest.ts'
import { createOutput, type Output } from './terminal/output.ts'
import { parseWords } from './words.ts'

/** Runs one command line to its end, and says how it ended. Everything that goes wrong is told on stderr. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const [first, ...rest] = args
  const ending = new AbortController()
  const output = createOutput({
    json: own.includes('--json'),
    verbose: own.includes('--verbose') || own.includes('-v'),
    onGone: () => ending.abort(gone),
  })
  const { interrupt, takeInterrupts } = createInterrupt(ending)
  const stop = watchSignals(ending, interrupt)
  process.on('uncaughtException', (error) => void crash(error, output))
  try {
    const code = await perform({
      name: first,
      args: rest,
      output,
      signal: ending.signal,
      interrupt,
      takeInterrupts,
    })
    return ending.signal.reason === gone ? ExitCode.ok : code
  } catch (error) {
    if (ending.signal.reason === gone) return ExitCode.ok
    const { explain } = await import('./explain.ts')
    const told = explain(ending.signal.aborted ? ending.signal.reason : error, {
      name: first,
      verbose: output.verbose,
    })
    if (told.text) output.fail(told.text, told.document)
    return told.exitCode
  } finally {
    stop()
    await output.flush()
  }
}

const gone = new Error('Nobody reads the output any more')

/** Something broke that nobody waits for: in this program, or in a server that runs in it. */
async function crash(error: unknown, output: Output): Promise<never> {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = `Uncaught in this process: ${text}`
  output.fail(message, { kind: 'bug', exitCode: ExitCode.broken, message })
  await output.flush()
  process.exit(ExitCode.broken)
}

interface Line {
  readonly name: string | undefined
  readonly args: readonly string[]
  readonly output: Output
  readonly signal: AbortSignal
  interrupt(): void
  takeInterrupts(instead: () => void): () => void
}

async function perform({ name, args, ...context }: Line): Promise<ExitCode> {
  const { output } = context
  if (name === '--version' || name === '-V') {
    const { readVersion } = await import('./version.ts')
    output.print(readVersion())
    return ExitCode.ok
  }
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const [topic] = args
    const { printHelp, printOverview } = await import('./help.ts')
    const found = topic === undefined ? undefined : await find(topic)
    output.printOwn((style) =>
      topic !== undefined && found ? printHelp(topic, found, style) : printOverview(style),
    )
    return name === undefined ? ExitCode.usage : ExitCode.ok
  }
  const command = await find(name)
  const words = parseWords(args, command.flags)
  if (words.on('help')) {
    const { printHelp } = await import('./help.ts')
    output.printOwn((style) => printHelp(name, command, style))
    return ExitCode.ok
  }
  return command.run(words, context)
}

async function find(name: string): Promise<Command> {
  const found = commands.get(name)
  if (found) return found.load()
  const near = nearest(name, commands.keys())
  const hint = near ? `did you mean ${near}?` : `there are ${[...commands.keys()].join(', ')}`
  throw new UsageError(`Unknown command ${JSON.stringify(name)}; ${hint}`)
}

/** What Ctrl-C does: it ends the work, unless somebody has taken it for something else. */
function createInterrupt(ending: AbortController) {
  let taken: (() => void) | undefined
  return {
    interrupt: () => (taken ? taken() : ending.abort(new InterruptedError('SIGINT'))),
    takeInterrupts(instead: () => void) {
      taken = instead
      return () => {
        if (taken === instead) taken = undefined
      }
    },
  }
}

/** The first signal ends the work in good order, the next one at once. */
function watchSignals(ending: AbortController, interrupt: () => void): () => void {
  const heard = (signal: 'SIGINT' | 'SIGTERM') => {
    if (ending.signal.aborted) {
      process.exit(signal === 'SIGINT' ? ExitCode.interrupted : ExitCode.terminated)
    }
    if (signal === 'SIGINT') interrupt()
    else ending.abort(new InterruptedError('SIGTERM'))
  }
  process.on('SIGINT', heard).on('SIGTERM', heard)
  return () => process.off('SIGINT', heard).off('SIGTERM', heard)
}
