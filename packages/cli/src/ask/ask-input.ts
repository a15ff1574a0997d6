import { password, select, text } from '@clack/prompts'
import type { ConfigInput } from '@lutra/client/host'
import type { CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { ask, type PromptOptions } from './terminal.ts'

/** Has a person give a value that a configuration file leaves open; a secret is not shown. */
export async function askByInput(input: ConfigInput, context: CommandContext): Promise<string> {
  const answer = await ask((options) => show(input, options), context)
  if (answer === 'esc') throw new UsageError(`The configuration needs a value for ${input.id}`)
  return answer.value
}

async function show(
  input: ConfigInput,
  prompt: PromptOptions,
): Promise<{ value: string } | symbol> {
  const { id, description, options, default: initialValue } = input
  const common = { ...prompt, message: safeLine(description ?? id, 500) }
  const answer = options?.length
    ? await select({
        ...common,
        options: options.map((value) => ({ value, label: safeLine(value, 200) })),
        ...(initialValue !== undefined && { initialValue }),
      })
    : input.password
      ? await password(common)
      : await text({ ...common, ...(initialValue !== undefined && { initialValue }) })
  return typeof answer === 'symbol' ? answer : { value: answer }
}
