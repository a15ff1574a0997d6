import { isObject, type PromptMessage, type Result } from '@lutra/core'
import { InvalidResponseError } from './error.ts'
import { isBlock, textOf } from './tool-result.ts'

/** A prompt, rendered. */
export interface PromptResult {
  readonly description?: string
  readonly messages: readonly PromptMessage[]
  /** The text of all messages, joined by line ends. */
  readonly text: string
  readonly meta: Readonly<Record<string, unknown>>
  /** The result as it came. */
  readonly raw: Result
}

/** Reads the result of `prompts/get`; throws `InvalidResponseError` where its messages are malformed. */
export function readPromptResult(raw: Result): PromptResult {
  const { messages, description, _meta: meta = {} } = raw
  if (!Array.isArray(messages) || !messages.every(isMessage)) {
    throw new InvalidResponseError(
      'The result of prompts/get needs "messages" to be a list of messages with a role and content',
    )
  }
  const text = textOf(messages.map(({ content }) => content))
  return { ...(typeof description === 'string' && { description }), messages, text, meta, raw }
}

function isMessage(value: unknown): value is PromptMessage {
  return (
    isObject(value) &&
    (value['role'] === 'user' || value['role'] === 'assistant') &&
    isBlock(value['content'])
  )
}
