import type { Key } from 'node:readline'
import { isCancel } from '@clack/prompts'
import type { CommandContext } from '../command.ts'
import { InterruptedError } from '../errors.ts'

/** How prompts are shown: on stderr, so that stdout stays data, and no longer than their answer is of use. */
export interface PromptOptions {
  readonly output: NodeJS.WriteStream
  readonly signal: AbortSignal
}

/** What a person typed, or that they pressed Esc. Ctrl-C ends the whole command, as it does everywhere. */
export async function ask<T>(
  prompt: (options: PromptOptions) => Promise<T | symbol>,
  { signal, interrupt }: Pick<CommandContext, 'signal' | 'interrupt'>,
): Promise<T | 'esc'> {
  let ctrlC = false
  const onKey = (_: string, key: Key | undefined) => {
    if (key?.ctrl && key.name === 'c') ctrlC = true
  }
  process.stdin.prependListener('keypress', onKey)
  try {
    const answer = await prompt({ output: process.stderr, signal })
    signal.throwIfAborted()
    if (!isCancel(answer)) return answer as T
    if (!ctrlC) return 'esc'
    interrupt()
    throw new InterruptedError('SIGINT')
  } finally {
    process.stdin.off('keypress', onKey)
  }
}
