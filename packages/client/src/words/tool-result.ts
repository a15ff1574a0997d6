import type { ContentBlock, Result } from '@lutra/core'
import { isObject } from '@lutra/core'
import { InvalidResponseError } from './error.ts'

/** What a tool call came to. */
export interface ToolResult<T = unknown> {
  /** The structured content; of a tool that gave none, the text. */
  readonly data: T
  /** The text blocks, joined by line ends. */
  readonly text: string
  readonly content: readonly ContentBlock[]
  /** Whether the tool says that it failed: then `text` says why, for a model to read. */
  readonly isError: boolean
  readonly meta: Readonly<Record<string, unknown>>
  /** The result as it came. */
  readonly raw: Result
}

/** A tool says that it failed. `result` has what it said of that. */
export class ToolCallError extends Error {
  override readonly name = 'ToolCallError'
  readonly tool: string
  readonly result: ToolResult

  constructor(tool: string, result: ToolResult) {
    super(`Tool ${tool} failed: ${result.text.slice(0, 2000) || 'it gave no reason'}`)
    this.tool = tool
    this.result = result
  }
}

/** Reads the result of `tools/call`; throws `InvalidResponseError` where its content is malformed. */
export function readToolResult(raw: Result): ToolResult {
  const { content = [], isError, _meta = {} } = raw
  if (!isContent(content)) {
    throw new InvalidResponseError(
      'The result of tools/call needs "content" to be a list of blocks',
    )
  }
  const text = textOf(content)
  // Any JSON value is structured content, `null` and `false` too: it counts when its key is there.
  const data = Object.hasOwn(raw, 'structuredContent') ? raw['structuredContent'] : text
  return { data, text, content, isError: isError === true, meta: _meta, raw }
}

/** The text blocks of content, joined by line ends. */
export function textOf(content: readonly ContentBlock[]): string {
  const [only] = content
  if (content.length === 1 && only?.type === 'text') return only.text
  return content.flatMap((block) => (block.type === 'text' ? block.text : [])).join('\n')
}

function isContent(value: unknown): value is ContentBlock[] {
  return Array.isArray(value) && value.every(isBlock)
}

/** Whether a value is a content block of any type; what is known of text is checked, for it is read here. */
export function isBlock(value: unknown): value is ContentBlock {
  if (!isObject(value)) return false
  return value['type'] === 'text'
    ? typeof value['text'] === 'string'
    : typeof value['type'] === 'string'
}
