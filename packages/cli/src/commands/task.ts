import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import type { ExitCode } from '../exit-code.ts'
import { nearest } from '../nearest.ts'
import { answerFlags, commonFlags, targetFlags } from '../target/flags.ts'
import { answerTask } from '../tasks/answer.ts'
import { cancelTask } from '../tasks/cancel.ts'
import { getTask } from '../tasks/get.ts'
import { listTasks } from '../tasks/list.ts'
import { watchTask } from '../tasks/watch.ts'
import type { Words } from '../words.ts'

/** Looks after tasks. */
export const task: Command = {
  usage: [
    'list',
    'get [TARGET] ID',
    'watch [TARGET] ID',
    'answer [TARGET] ID field=value … | --decline',
    'cancel [TARGET] ID',
  ],
  about: `Looks at, watches, answers and cancels calls that became tasks. Those that this command line has started are found
by their id alone; of others, say which server: a URL, a file, --config FILE, or -- PROGRAM.

watch goes on with the call: it asks what the task asks, prints its result, and ends as the call would have. In a terminal
Ctrl-C offers to leave it; without one it leaves it.`,
  flags: {
    decline: { type: 'boolean', help: 'Decline what the task asks' },
    ...answerFlags,
    ...targetFlags,
    ...commonFlags,
  },
  examples: [
    ['lutra task list', 'what was started, and how it stands'],
    ['lutra task watch ID', 'to its end'],
    ['lutra task answer ID seats=2', 'what it asks'],
    ['lutra task get https://shop.example/mcp ID --json', 'one that somebody else started'],
  ],
  run,
}

const verbs: ReadonlyMap<string, (words: Words, context: CommandContext) => Promise<ExitCode>> =
  new Map([
    ['get', getTask],
    ['watch', watchTask],
    ['answer', answerTask],
    ['cancel', cancelTask],
    ['list', listTasks],
  ])

async function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const [verb, ...plain] = words.plain
  const found = verb === undefined ? undefined : verbs.get(verb)
  if (found) return found({ ...words, plain }, context)
  const names = [...verbs.keys()]
  const near = verb === undefined ? undefined : nearest(verb, names)
  const what =
    verb === undefined ? 'What about tasks?' : `lutra task does not know ${JSON.stringify(verb)}`
  throw new UsageError(
    `${what}; ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}`}`,
  )
}
