import type { CompletionRequest } from '@lutra/client'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { commonFlags, targetFlags } from '../target/flags.ts'
import { withTarget } from '../target/open.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { readPair } from '../values/words.ts'
import type { Words } from '../words.ts'

/** Completes an argument. */
export const complete: Command = {
  usage: ['TARGET REF ARGUMENT [VALUE] [key=value …]', 'REF ARGUMENT [VALUE] -- PROGRAM [ARGS]'],
  about: `Asks for values that an argument may have, one a line. REF is the name of a prompt or the URI template of a
resource; prompt:NAME and resource:TEMPLATE say which, should it not be plain. VALUE is what is typed so far; key=value
gives arguments that are settled already.`,
  flags: { ...targetFlags, ...commonFlags },
  examples: [
    ['lutra complete server.ts weekly_plan cuisine t', 'an argument of a prompt'],
    ["lutra complete server.ts 'cups://{room}' room", 'a variable of a template'],
  ],
  run,
}

function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const { output, signal } = context
  return withTarget(words, context, async ({ client, rest }) => {
    const [ref, name, value = '', ...settled] = rest
    if (ref === undefined || name === undefined) {
      throw new UsageError('Expected what to complete: lutra complete TARGET REF ARGUMENT [VALUE]')
    }
    const context = settled.map(readPair)
    const request: CompletionRequest = {
      ref: readRef(ref),
      argument: { name, value },
      ...(context.length > 0 && { context: { arguments: Object.fromEntries(context) } }),
    }
    const completion = await client.complete(request, { signal })
    if (output.json) output.printJson(completion)
    else for (const one of completion.values) output.print(safeLine(one))
    if (!output.json && completion.hasMore) output.note('There are more')
    return ExitCode.ok
  })
}

function readRef(text: string): CompletionRequest['ref'] {
  const [, kind, rest = text] = /^(prompt|resource):(?!\/\/)(.*)$/s.exec(text) ?? []
  const isTemplate = kind === undefined ? /:\/\/|\{/.test(text) : kind === 'resource'
  return isTemplate ? { type: 'ref/resource', uri: rest } : { type: 'ref/prompt', name: rest }
}
