import { existsSync } from 'node:fs'
import { UsageError } from '../errors.ts'
import { readTarget, type Target } from '../target/target.ts'
import type { Words } from '../words.ts'
import { placeText, targetOf } from './place.ts'
import { readStarted } from './started-store.ts'

/** A task that a command line names. */
interface Found {
  readonly id: string
  /** The tool whose call it goes on with, where that is known. */
  readonly tool: string
  readonly at: { readonly target: Target; readonly rest: readonly string[] }
}

/** The task of a command line: on the server that it names, or on the one where it was started. */
export function findTask(words: Words): Found {
  const [first] = words.plain
  const named = words.command !== undefined || words.text('config') !== undefined
  const { target, rest } =
    named || (first !== undefined && isPlace(first))
      ? readTarget(words)
      : { target: undefined, rest: words.plain }
  const [id, ...more] = rest
  if (id === undefined) throw new UsageError('Which task? Give its id; lutra task list shows them')
  const started = readStarted().find((one) => one.id === id)
  const known = target ?? (started && targetOf(started.place))
  if (known) return { id, tool: started?.tool ?? '', at: { target: known, rest: more } }
  if (started) {
    throw new UsageError(
      `The task was started at ${placeText(started.place)}, whose words are not kept: give them behind --`,
    )
  }
  throw new UsageError(
    `This command line has started no task ${JSON.stringify(id)}: say which server has it, before the id`,
  )
}

function isPlace(word: string): boolean {
  return /^https?:\/\//i.test(word) || existsSync(word)
}
