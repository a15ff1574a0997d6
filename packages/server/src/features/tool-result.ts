/** From what a tool returns to what its caller gets. See /specification/2026-07-28/server/tools#tool-result */
import { type ContentBlock, isInputRequired, isObject, type Result } from '@lutra/core'
import { isDeferred } from '../as-task.ts'
import { isContent, type ToolResult } from '../content.ts'
import type { JsonObject } from '../definition.ts'
import { explain, type ReadySchema } from '../schema.ts'

/** Who returned it, and what was promised. */
export interface Returning {
  readonly name: string
  readonly output: ReadySchema | undefined
  readonly meta: JsonObject
}

/** Throws `TypeError` where a value is not what the tool's output schema says, or is none that JSON can hold. */
export async function toToolResult(value: unknown, tool: Returning): Promise<Result> {
  const { meta } = tool
  const content = contentOf(value)
  if (content) return withContent({ content }, tool)
  if (isObject(value)) {
    if (isInputRequired(value)) return value
    if (isDeferred(value)) return value as Result
    if (isToolResult(value)) return withContent(value, tool)
  }
  const given = tool.output ? await checked(value, tool, tool.output) : value
  if (given === undefined) return { resultType: 'complete', content: [], _meta: meta }
  const text = typeof given === 'string' ? given : encode(given, tool.name)
  const blocks = [{ type: 'text', text }]
  if (typeof given === 'string' && !tool.output) {
    return { resultType: 'complete', content: blocks, _meta: meta }
  }
  return { resultType: 'complete', content: blocks, structuredContent: given, _meta: meta }
}

/** What a model reads when its call could not be carried out. */
export function toolFailure(text: string, meta: JsonObject): Result {
  return { resultType: 'complete', content: [{ type: 'text', text }], isError: true, _meta: meta }
}

function contentOf(value: unknown): readonly ContentBlock[] | undefined {
  if (isContent(value)) return [value]
  return Array.isArray(value) && value.length > 0 && value.every(isContent) ? value : undefined
}

async function withContent(result: ToolResult, tool: Returning): Promise<Result> {
  const { output, meta, name } = tool
  const _meta = result._meta ? { ...result._meta, ...meta } : meta
  if (!output || result.isError) return { resultType: 'complete', ...result, _meta }
  if (!('structuredContent' in result)) {
    throw new TypeError(
      `Tool "${name}" has an output schema, so its result needs structuredContent beside content`,
    )
  }
  const structuredContent = await checked(result.structuredContent, tool, output)
  return { resultType: 'complete', ...result, structuredContent, _meta }
}

// Data that happens to have a `content` has other keys, or content of another kind.
function isToolResult(
  value: Record<string, unknown>,
): value is Record<string, unknown> & ToolResult {
  const { content } = value
  if (!Array.isArray(content) || !content.every(isBlock)) return false
  return Object.keys(value).every((key) => resultKeys.has(key))
}

function isBlock(value: unknown): boolean {
  return isObject(value) && blockTypes.has(value['type'])
}

const resultKeys = new Set(['resultType', 'content', 'structuredContent', 'isError', '_meta'])
const blockTypes = new Set<unknown>(['text', 'image', 'audio', 'resource', 'resource_link'])

async function checked(value: unknown, tool: Returning, output: ReadySchema): Promise<unknown> {
  const checking = output.check(value)
  const result = checking instanceof Promise ? await checking : checking
  if (!result.issues) return result.value
  throw new TypeError(
    `Tool "${tool.name}" returned something else than its output schema says:\n${explain(result.issues, value)}`,
  )
}

function encode(value: unknown, name: string): string {
  let json: string | undefined
  try {
    json = JSON.stringify(value)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`Tool "${name}" returned what JSON cannot hold: ${why}`, { cause })
  }
  if (json !== undefined) return json
  throw new TypeError(`Tool "${name}" returned what JSON cannot hold: a ${typeof value}`)
}
