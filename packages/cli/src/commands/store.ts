import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { nearest } from '../nearest.ts'
import { type Checked, checkEngine } from '../store/check-engine.ts'
import { hideSecrets } from '../store/hide-secrets.ts'
import { readDuration } from '../target/duration.ts'
import { commonFlags } from '../target/flags.ts'
import { noMore } from '../target/no-more.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Words } from '../words.ts'

/** Checks engines. */
export const store: Command = {
  usage: ['check [URL]'],
  about: `Checks an engine of yours, which servers keep tasks and sessions in: every promise that servers rely on is tried, as
two processes would. URL is postgres://…, redis://…, rediss://…, file:FOLDER for PGlite, or memory:. Where none is given,
LUTRA_STORE says it, or DATABASE_URL: there a password is not seen by other users of the machine. What the check stores, it
removes; the tables that a server needs stay.`,
  flags: {
    namespace: {
      type: 'string',
      value: 'NAME',
      help: 'The namespace that your server gives (lutra)',
    },
    timeout: {
      type: 'string',
      short: 't',
      value: 'SECONDS',
      help: 'How long each promise may take (30)',
    },
    ...commonFlags,
  },
  examples: [
    ['lutra store check redis://127.0.0.1:6379', 'Redis or Valkey'],
    ['LUTRA_STORE=postgres://… lutra store check', 'PostgreSQL'],
    ['lutra store check file:./data', 'PGlite in a folder'],
  ],
  run,
}

async function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const [verb, given, ...rest] = words.plain
  if (verb !== 'check') {
    if (verb === undefined) throw new UsageError('What about the store? lutra store check [URL]')
    const near = nearest(verb, ['check'])
    throw new UsageError(
      `lutra store does not know ${JSON.stringify(verb)}${near ? `; did you mean ${near}?` : '; there is check'}`,
    )
  }
  noMore(rest)
  const url = given ?? (process.env['LUTRA_STORE'] || process.env['DATABASE_URL'])
  if (!url) throw new UsageError('Which engine? Give its URL, or set LUTRA_STORE or DATABASE_URL')
  const { output, signal } = context
  const timeout = words.text('timeout')
  const done: Checked[] = []
  const checks = checkEngine(url, {
    timeoutMs: timeout === undefined ? 30_000 : readDuration(timeout, '--timeout'),
    namespace: words.text('namespace'),
    hide: hideSecrets(url),
    signal,
  })
  output.busy('Opening the engine')
  for await (const one of checks) {
    done.push(one)
    if (!output.json) show(one, context)
  }
  const broken = done.filter(({ holds }) => !holds).length
  if (output.json) output.printJson({ holds: broken === 0, promises: done })
  else
    output.print(
      `\n${broken === 0 ? `All ${done.length} promises hold` : `${broken} of ${done.length} promises are broken`}`,
    )
  return broken === 0 ? ExitCode.ok : ExitCode.toolFailed
}

function show({ name, holds, found }: Checked, { output }: CommandContext): void {
  output.printOwn((style) => {
    const mark = holds ? style.green('✓') : style.red('✗')
    const what = found === undefined ? '' : `\n    ${safeLine(found, 1000)}`
    return `${mark} ${safeLine(name, 300)}${what}`
  })
}
