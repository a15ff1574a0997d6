import { readAnswers } from '../ask/answers.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { contentsText } from '../print/content.ts'
import { answerFlags, commonFlags, targetFlags } from '../target/flags.ts'
import { withTarget } from '../target/open.ts'
import { callOptions } from '../target/options.ts'
import type { Words } from '../words.ts'

/** Reads a resource. */
export const read: Command = {
  usage: ['TARGET URI', 'URI -- PROGRAM [ARGS]'],
  about: `Reads a resource. A terminal shows its text, and of anything else what it is. A file or a pipe gets exactly what
the resource holds, byte for byte.`,
  flags: { ...answerFlags, ...targetFlags, ...commonFlags },
  examples: [
    ['lutra read server.ts board://departures', 'a resource of a file'],
    ['lutra read https://shop.example/mcp img://logo > logo.png', 'bytes into a file'],
  ],
  run,
}

function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const answer = readAnswers(words, context)
  const { output } = context
  return withTarget(words, { ...context, answer }, async ({ client, rest }) => {
    const [uri, ...more] = rest
    if (uri === undefined || more.length > 0) throw new UsageError('Expected one URI to read')
    const { raw, contents } = await client.readResource(uri, callOptions(words, context))
    if (output.json) output.printJson(raw)
    else if (output.terminal) output.print(contents.map(contentsText).join('\n'))
    else
      for (const one of contents)
        output.printRaw('text' in one ? one.text : Buffer.from(one.blob, 'base64'))
    return ExitCode.ok
  })
}
