import type { CallOptions, Client } from '@lutra/client'
import type { Params, Result } from '@lutra/core'
import { resumeTask, startTask } from '@lutra/extensions/tasks'
import type { CommandContext } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { printToolResult } from '../print/tool-result.ts'
import type { Opened } from '../target/open.ts'
import type { Output } from '../terminal/output.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Following } from './follow.ts'
import { type Place, placeOf } from './place.ts'

interface Going {
  readonly client: Client
  readonly following: Following
  readonly tool: string
  readonly options: CallOptions
  readonly context: CommandContext
}

/** Takes a call to its end, or to where a person leaves it. */
export async function toEnd(
  { client, following, tool, options, context }: Going,
  begin: () => Promise<Result>,
): Promise<ExitCode> {
  let work = begin
  try {
    for (;;) {
      try {
        return printToolResult(await work(), context.output)
      } catch (error) {
        const { id } = following
        const how = context.signal.aborted ? undefined : await following.left()
        if (id === undefined || how === undefined) throw error
        if (how === 'cancel') {
          // The call may have been at a question, where nothing looks after the task.
          await resumeTask(client, id)
            .cancel({ timeoutMs: 5000 })
            .catch(() => {
              const word = `lutra task cancel ${safeLine(id)}${tailOfTarget(following)}`
              context.output.warn(`The server could not be told, and the task may go on: ${word}`)
            })
          throw error
        }
        if (how === 'detach') {
          tellWayBack(id, following, context)
          warnOfSession(client, context.output)
          return ExitCode.ok
        }
        work = () => resumeTask(client, id, tool).result(options)
      }
    }
  } finally {
    following.end()
  }
}

/** Starts a task, says which, and leaves it. A call that is answered at once has its result printed. */
export async function detach(
  { client, target }: Opened,
  { name, args }: { readonly name: string; readonly args: Params },
  { output }: CommandContext,
): Promise<ExitCode> {
  const task = await startTask(client, name, args)
  if (task.id === '') {
    output.note('It was answered at once: there is no task')
    return printToolResult(await task.result(), output)
  }
  if (output.json) {
    output.printJson({ taskId: task.id, tool: name, server: placeOf(target) })
  } else {
    output.print(task.id)
    output.note(`Come back: lutra task watch ${safeLine(task.id)}`)
  }
  if (target.kind === 'module') {
    output.warn('The server ends with this command: its task goes on only where its store is kept')
  } else warnOfSession(client, output)
  return ExitCode.ok
}

function tellWayBack(id: string, following: Following, { output }: CommandContext): void {
  const back = `lutra task watch ${safeLine(id)}${tailOfTarget(following)}`
  output.note(`The task ${safeLine(id)} goes on. Come back: ${back}`)
}

/** Older servers may bind a task to the session in which it was made, and that ends with this command. */
function warnOfSession({ connection }: Client, output: Output): void {
  if (connection.era === 'modern') return
  output.warn(
    'This server speaks an older revision: it may forget the task as soon as this command ends',
  )
}

/** What has to be typed again, as it is not kept. */
function tailOfTarget({ target }: Following): string {
  const place: Place | undefined = target && placeOf(target)
  return place?.kind === 'command' ? ` -- ${safeLine(place.command)} …` : ''
}
