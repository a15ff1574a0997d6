import { checkAnswer, type Form, type FormContent, isObject, withDefaults } from '@lutra/core'
import { followTasks, resumeTask } from '@lutra/extensions/tasks'
import { answersFor } from '../ask/fill-from-words.ts'
import type { CommandContext } from '../command.ts'
import { UnansweredError, UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { nearest } from '../nearest.ts'
import { withTarget } from '../target/open.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { readGiven } from '../values/words.ts'
import type { Words } from '../words.ts'
import { answersLater } from './answers-later.ts'
import { type Asked, askedBy, openText } from './asked.ts'
import { findTask } from './find.ts'

/** Answers what a task asks, by the words of the command line. */
export async function answerTask(words: Words, context: CommandContext): Promise<ExitCode> {
  const { id, tool, at } = findTask(words)
  const decline = words.on('decline')
  const given = new Map([...at.rest, ...words.texts('answer')].flatMap(readTexts))
  if (decline && given.size > 0) throw new UsageError('Give either answers or --decline')
  // Who says that it can be asked is told what is asked.
  const reaching = { at, answer: answersLater, extensions: [followTasks()] }
  return withTarget(words, { ...context, ...reaching }, async ({ client }) => {
    const { signal, output } = context
    const task = resumeTask(client, id, tool)
    const asked = askedBy(await task.status({ signal }))
    if (asked.length === 0) throw new UsageError('The task asks nothing now')
    const responses = decline
      ? asked.map(({ key }) => [key, { action: 'decline' }] as const)
      : fill(asked, given, signal)
    await task.answer(Object.fromEntries(responses), { signal })
    const keys = responses.map(([key]) => key)
    if (output.json) output.printJson({ taskId: id, answered: keys })
    else
      output.print(
        `${decline ? 'Declined' : 'Answered'}: ${keys.map((key) => safeLine(key)).join(', ')}`,
      )
    return ExitCode.ok
  })
}

/** Answers to the questions that the given fields are of, or to the only one; throws naming what does not fit. */
function fill(
  asked: readonly Asked[],
  given: ReadonlyMap<string, string>,
  signal: AbortSignal,
): (readonly [string, object])[] {
  const forms = asked.flatMap(({ key, message, form }) => (form ? [{ key, message, form }] : []))
  const names = forms.flatMap(({ key, form }) =>
    Object.keys(form.properties).flatMap((name) => [name, `${key}.${name}`]),
  )
  for (const name of given.keys()) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    throw new UsageError(
      `The task does not ask for ${JSON.stringify(name)}${near ? `; did you mean ${safeLine(near)}?` : ''}\n${openText(asked)}`,
    )
  }
  const answered = forms.flatMap(({ key, form }): (readonly [string, object])[] => {
    const own = answersFor(form, { key, method: 'tools/call', signal }, given)
    if (Object.keys(own).length === 0) return []
    const content = { ...withDefaults(form), ...own }
    verify(key, form, content)
    return [[key, { action: 'accept', content }]]
  })
  if (answered.length === 0) throw new UsageError(`Nothing was answered\n${openText(asked)}`)
  return answered
}

function verify(key: string, form: Form, content: FormContent): void {
  const issues = checkAnswer(form, content)
  if (issues.length === 0) return
  const lines = issues.map(({ path, message }) => `  ${safeLine(path.slice(1))} ${message}`)
  throw new UnansweredError([`The answer to ${safeLine(key)} does not fit`, ...lines].join('\n'))
}

function readTexts(word: string): (readonly [string, string])[] {
  const given = readGiven(word)
  if (given.kind === 'text') return [[given.key, given.text]]
  if (given.kind === 'json') return [[given.key, textOf(given.value)]]
  return Object.entries(given.values).map(([key, value]) => [key, textOf(value)] as const)
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',')
  if (isObject(value)) throw new UsageError('A field of a form takes no object')
  return String(value)
}
