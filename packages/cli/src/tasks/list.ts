import { followTasks, resumeTask } from '@lutra/extensions/tasks'
import { dateOf } from '../auth/date.ts'
import { heldWayIn } from '../auth/way-in.ts'
import type { CommandContext } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { noMore } from '../target/no-more.ts'
import { withTarget } from '../target/open.ts'
import type { Output } from '../terminal/output.ts'
import { alignRows, tabRows } from '../terminal/table.ts'
import type { Words } from '../words.ts'
import { placeText, targetOf } from './place.ts'
import { readStarted, type Started } from './started-store.ts'

interface Standing {
  readonly started: Started
  readonly status: string
  readonly message?: string | undefined
}

/** Shows what this command line has started, and how it stands. A server that does not answer spoils nothing. */
export async function listTasks(words: Words, context: CommandContext): Promise<ExitCode> {
  noMore(words.plain)
  const { output, signal } = context
  const servers = new Map<string, Started[]>()
  for (const one of readStarted()) {
    const place = JSON.stringify(one.place)
    servers.set(place, [...(servers.get(place) ?? []), one])
  }
  output.busy('Asking the servers')
  const impatient = withTimeout(words)
  const standing: Standing[] = []
  const waiting = [...servers.values()]
  const ask = async () => {
    for (let group = waiting.pop(); group; group = waiting.pop()) {
      standing.push(...(await askServer(group, impatient, context)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  signal.throwIfAborted()
  print(
    standing.sort((one, other) => other.started.startedAt - one.started.startedAt),
    context,
  )
  return ExitCode.ok
}

const atOnce = 8

async function askServer(
  group: readonly Started[],
  words: Words,
  context: CommandContext,
): Promise<Standing[]> {
  const target = group[0] && targetOf(group[0].place)
  if (!target) return group.map((started) => ({ started, status: 'unknown' }))
  const at = { target, rest: [] }
  try {
    return await withTarget(
      words,
      { ...context, at, extensions: [followTasks()], way: heldWayIn },
      async ({ client }) => {
        const standing: Standing[] = []
        for (const started of group) {
          standing.push(
            await resumeTask(client, started.id, started.tool)
              .status({ signal: context.signal })
              .then(
                ({ status, statusMessage }) => ({ started, status, message: statusMessage }),
                (error: unknown) => ({ started, ...standingOf(error) }),
              ),
          )
        }
        return standing
      },
    )
  } catch (error) {
    return group.map((started) => ({ started, ...standingOf(error) }))
  }
}

function standingOf(error: unknown): { status: string; message?: string } {
  const { name, message, code } = error as Error & { code?: unknown }
  if (name === 'RpcError' && code === -32602) return { status: 'gone' }
  const status = name === 'UnauthorizedError' ? 'signed out' : 'unreachable'
  return { status: name === 'RpcError' ? 'refused' : status, message: firstSentence(message) }
}

function print(standing: readonly Standing[], { output }: CommandContext): void {
  if (output.json) {
    const tasks = standing.map(({ started: { id, tool, place, startedAt }, status, message }) => ({
      ...{ taskId: id, tool, server: place, startedAt: new Date(startedAt).toISOString(), status },
      ...(message !== undefined && { message }),
    }))
    output.printJson({ tasks })
  } else if (standing.length === 0) output.note('Nothing was started from here, or it has expired')
  else output.print(linesOf(standing, output).join('\n'))
}

function linesOf(standing: readonly Standing[], { terminal, width }: Output): string[] {
  const rows = standing.map(({ started: { id, tool, place, startedAt }, status, message = '' }) => [
    id,
    status,
    tool,
    placeText(place),
    dateOf(startedAt),
    message,
  ])
  return terminal ? alignRows(rows, columns, width) : tabRows(rows)
}

const columns = ['whole', 'whole', 'whole', 'middle', 'whole', 'end'] as const

/** What is wrong, without what to do about it: that would fill the list. */
function firstSentence(text: string): string {
  return text.split(/\.\s|\n/, 1)[0] ?? text
}

/** Several servers are asked: one that is dead must not take a minute. */
function withTimeout(words: Words): Words {
  return { ...words, text: (name) => words.text(name) ?? (name === 'timeout' ? '5' : undefined) }
}
