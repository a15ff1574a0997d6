import { type Form, parseForm } from '@lutra/core'
import type { DetailedTask } from '@lutra/extensions/tasks'
import { describeField } from '../ask/describe-field.ts'
import { safeLine } from '../terminal/safe-text.ts'

/** What a task wants to know. */
export interface Asked {
  readonly key: string
  readonly message: string
  readonly form: Form | undefined
}

/** The open questions of a task. */
export function askedBy({ inputRequests = {} }: DetailedTask): Asked[] {
  return Object.entries(inputRequests).map(([key, { method, params = {} }]) => {
    const isForm = method === 'elicitation/create' && params['mode'] !== 'url'
    const form = isForm ? parseForm(params['requestedSchema']) : undefined
    return { key, message: String(params['message'] ?? method), form }
  })
}

/** What a person reads of open questions: each with its fields. */
export function openText(asked: readonly Asked[]): string {
  return asked
    .flatMap(({ key, message, form }) => [
      `${safeLine(key)}: ${safeLine(message)}${form ? '' : ' (lutra task watch asks it)'}`,
      ...Object.entries(form?.properties ?? {}).map(
        ([name, field]) => `  ${safeLine(name)} (${describeField(field)})`,
      ),
    ])
    .join('\n')
}
