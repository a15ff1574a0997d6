import { log, select } from '@clack/prompts'
import type { FormQuestion, QuestionContext } from '@lutra/client'
import { checkAnswer, type ElicitResult, type Form, type FormContent } from '@lutra/core'
import type { CommandContext } from '../command.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { askField } from './ask-field.ts'
import { answersFor } from './fill-from-words.ts'
import { ask } from './terminal.ts'
import { whoAsks } from './who-asks.ts'

export interface AskedForm {
  readonly question: FormQuestion
  readonly about: QuestionContext
  /** What the command line answers. */
  readonly given: ReadonlyMap<string, string>
  /** Send it without showing it, if nothing is missing. */
  readonly yes: boolean
}

/** Has a person fill in a form, field by field, look at it, and send it, decline or cancel. */
export async function askByForm(
  { question, about, given, yes }: AskedForm,
  context: CommandContext,
): Promise<ElicitResult> {
  const { form, initial, message } = question
  const known = answersFor(form, about, given)
  let content: FormContent = { ...initial, ...known }
  if (yes && checkAnswer(form, content).length === 0) return { action: 'accept', content }
  const turn = { ...context, signal: about.signal }
  const lines = [whoAsks(about), safeText(message), 'Esc leads to decline and cancel']
  log.step(lines.join('\n'), { output: process.stderr })
  let open = Object.keys(form.properties).filter((name) => !isGood(form, name, known))
  for (;;) {
    const filled = await fill(form, { open, content }, turn)
    if (typeof filled === 'string') return { action: filled }
    content = filled
    const next = await review(form, content, turn)
    if (next === 'send') return { action: 'accept', content }
    if (next !== 'change') return { action: next }
    open = Object.keys(form.properties)
  }
}

type Turn = Pick<CommandContext, 'signal' | 'interrupt'>

async function fill(
  form: Form,
  { open, content }: { readonly open: readonly string[]; readonly content: FormContent },
  turn: Turn,
): Promise<FormContent | 'decline' | 'cancel'> {
  const filled = new Map(Object.entries(content))
  for (const name of open) {
    const field = form.properties[name]
    if (!field) continue
    const required = form.required?.includes(name) ?? false
    for (;;) {
      const value = await askField({ name, field, required, initial: filled.get(name) }, turn)
      if (value === 'esc') {
        const next = await leave(turn)
        if (next !== 'go on') return next
        continue
      }
      if (value.given === undefined) filled.delete(name)
      else filled.set(name, value.given)
      break
    }
  }
  return Object.fromEntries(filled)
}

async function leave(turn: Turn): Promise<'go on' | 'decline' | 'cancel'> {
  const next = await ask(
    (options) =>
      select({
        ...options,
        message: 'Leave the question?',
        options: [
          { value: 'go on', label: 'Go on' },
          { value: 'decline', label: 'Decline', hint: 'say no to the server' },
          { value: 'cancel', label: 'Cancel', hint: 'give no answer' },
        ],
      }),
    turn,
  )
  return next === 'decline' || next === 'go on' ? next : 'cancel'
}

async function review(
  form: Form,
  content: FormContent,
  turn: Turn,
): Promise<'send' | 'change' | 'decline' | 'cancel'> {
  const names = Object.keys(form.properties)
  const rows = names.map((name) => `${safeLine(name)}: ${shown(content[name])}`)
  const next = await ask(
    (options) =>
      select({
        ...options,
        message: rows.length > 0 ? `Send this?\n${rows.join('\n')}` : 'Agree?',
        options: [
          { value: 'send', label: rows.length > 0 ? 'Send' : 'Agree' },
          ...(rows.length > 0 ? [{ value: 'change', label: 'Change' }] : []),
          { value: 'decline', label: 'Decline', hint: 'say no to the server' },
          { value: 'cancel', label: 'Cancel', hint: 'give no answer' },
        ],
      }),
    turn,
  )
  return next === 'send' || next === 'change' || next === 'decline' ? next : 'cancel'
}

function shown(value: FormContent[string] | undefined): string {
  if (value === undefined) return '–'
  return safeLine(Array.isArray(value) ? value.join(', ') : String(value), 200)
}

function isGood({ properties }: Form, name: string, known: FormContent): boolean {
  const field = properties[name]
  if (!field || !Object.hasOwn(known, name)) return false
  const alone: Form = { type: 'object', properties: { [name]: field } }
  return checkAnswer(alone, known).length === 0
}
