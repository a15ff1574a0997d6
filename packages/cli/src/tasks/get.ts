import { type DetailedTask, followTasks, resumeTask } from '@lutra/extensions/tasks'
import { dateOf } from '../auth/date.ts'
import type { CommandContext } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { noMore } from '../target/no-more.ts'
import { withTarget } from '../target/open.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Words } from '../words.ts'
import { askedBy, openText } from './asked.ts'
import { findTask } from './find.ts'
import { placeOf, placeText } from './place.ts'

/** Shows what a task is now. */
export async function getTask(words: Words, context: CommandContext): Promise<ExitCode> {
  const { id, tool, at } = findTask(words)
  noMore(at.rest)
  return withTarget(words, { ...context, at, extensions: [followTasks()] }, async ({ client }) => {
    const task = await resumeTask(client, id, tool).status({ signal: context.signal })
    const { output } = context
    if (output.json) output.printJson(task)
    else output.print(rowsOf(task, tool, placeText(placeOf(at.target))).join('\n'))
    if (!output.json && task.inputRequests) {
      output.note(`Answer it: lutra task answer ${safeLine(id)} field=value …`)
    }
    return ExitCode.ok
  })
}

function rowsOf(task: DetailedTask, tool: string, server: string): string[] {
  const { taskId, status, statusMessage, createdAt, ttlMs, error } = task
  const begun = Date.parse(createdAt)
  const rows: (readonly [string, string | undefined])[] = [
    ['Task', taskId],
    ['Tool', tool || undefined],
    ['Server', server],
    ['Status', status],
    ['Message', statusMessage],
    ['Started', dated('', begun)],
    ['Kept', ttlMs === null ? undefined : dated('until ', begun + ttlMs)],
    ['Error', error && `${error.message} (${error.code})`],
  ]
  const told = rows.flatMap(([label, text]) =>
    text === undefined ? [] : [`${`${label}:`.padEnd(9)}${safeLine(text, Infinity)}`],
  )
  return [...told, ...askedLines(task)]
}

/** Undefined for what is no moment of a calendar: servers may say anything. */
function dated(before: string, at: number): string | undefined {
  return Number.isNaN(new Date(at).getTime()) ? undefined : before + dateOf(at)
}

function askedLines(task: DetailedTask): string[] {
  const asked = askedBy(task)
  if (asked.length === 0) return []
  return openText(asked)
    .split('\n')
    .map((line, at) => (at === 0 ? 'Asks:' : '').padEnd(9) + line)
}
