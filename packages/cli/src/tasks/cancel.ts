import { followTasks, resumeTask } from '@lutra/extensions/tasks'
import type { CommandContext } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { noMore } from '../target/no-more.ts'
import { withTarget } from '../target/open.ts'
import type { Words } from '../words.ts'
import { findTask } from './find.ts'

/** Asks a task to end. */
export async function cancelTask(words: Words, context: CommandContext): Promise<ExitCode> {
  const { id, tool, at } = findTask(words)
  noMore(at.rest)
  return withTarget(words, { ...context, at, extensions: [followTasks()] }, async ({ client }) => {
    const { signal, output } = context
    const task = resumeTask(client, id, tool)
    await task.cancel({ signal })
    const { status } = await task.status({ signal })
    if (output.json) output.printJson({ taskId: id, status })
    else if (status === 'cancelled') output.print('Cancelled')
    else if (status === 'completed' || status === 'failed') {
      output.print(`It had ended already: ${status}`)
    } else output.print('It was told to end')
    return ExitCode.ok
  })
}
