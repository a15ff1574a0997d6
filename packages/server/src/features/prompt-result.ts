/** From what a prompt's `render` returns to the messages that its caller gets. */
import { type ContentBlock, isObject, type PromptMessage } from '@lutra/core'

/** Messages, with a description where one was given. */
export interface Rendered {
  readonly description?: string
  readonly messages: readonly PromptMessage[]
}

/** Throws `TypeError` where a value is no message. */
export function toMessages(said: unknown, owner: string): Rendered {
  if (typeof said === 'string') return { messages: [user({ type: 'text', text: said })] }
  if (Array.isArray(said)) return { messages: said.map((one) => toMessage(one, owner)) }
  if (isObject(said) && Array.isArray(said['messages'])) {
    const messages = said['messages'].map((one) => toMessage(one, owner))
    const { description } = said
    return typeof description === 'string' ? { description, messages } : { messages }
  }
  if (isBlock(said)) return { messages: [user(said)] }
  throw new TypeError(
    `${owner} gave no messages: return text, content, an array of { role, text } or { role, content }, or { messages }`,
  )
}

function toMessage(one: unknown, owner: string): PromptMessage {
  if (isBlock(one)) return user(one)
  if (isObject(one) && (one['role'] === 'user' || one['role'] === 'assistant')) {
    const { role, text, content } = one
    if (isBlock(content)) return { role, content }
    const words = typeof content === 'string' ? content : text
    if (typeof words === 'string') return { role, content: { type: 'text', text: words } }
  }
  throw new TypeError(
    `${owner} gave a message that is none: expected { role, text } or { role, content }`,
  )
}

function isBlock(value: unknown): value is ContentBlock {
  return isObject(value) && typeof value['type'] === 'string'
}

function user(content: ContentBlock): PromptMessage {
  return { role: 'user', content }
}
