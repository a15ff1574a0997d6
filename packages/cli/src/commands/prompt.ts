import { readAnswers } from '../ask/answers.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { contentText } from '../print/content.ts'
import { answerFlags, commonFlags, targetFlags } from '../target/flags.ts'
import { withTarget } from '../target/open.ts'
import { callOptions } from '../target/options.ts'
import { readPair, readText } from '../values/words.ts'
import type { Words } from '../words.ts'

/** Gets a prompt. */
export const prompt: Command = {
  usage: ['TARGET NAME [key=value …]', 'NAME [key=value …] -- PROGRAM [ARGS]'],
  about:
    'Gets a prompt with its arguments filled in: the messages, each with its role. key=@file takes the text of a file.',
  flags: { ...answerFlags, ...targetFlags, ...commonFlags },
  examples: [
    ['lutra prompt server.ts weekly_plan cuisine=thai', 'a prompt of a file'],
    ['lutra prompt https://shop.example/mcp review code=@main.ts', 'an argument from a file'],
  ],
  run,
}

function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const answer = readAnswers(words, context)
  const { output } = context
  return withTarget(words, { ...context, answer }, async ({ client, rest }) => {
    const [name, ...given] = rest
    if (name === undefined)
      throw new UsageError('Which prompt? lutra prompt TARGET NAME [key=value …]')
    const pairs = given.map(readPair).map(([key, text]) => [key, readText(text, key)] as const)
    const options = callOptions(words, context)
    const { raw, messages } = await client.getPrompt(name, Object.fromEntries(pairs), options)
    if (output.json) output.printJson(raw)
    else {
      for (const { role, content } of messages) output.print(` ${contentText(content)}`, `${role}:`)
    }
    return ExitCode.ok
  })
}
