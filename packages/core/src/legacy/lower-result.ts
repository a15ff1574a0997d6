/** Results across the eras. See /specification/2025-11-25/schema */
import type { Result } from '../call.ts'
import { isObject } from '../message.ts'
import { metaKeys } from '../meta.ts'
import { factsOf } from '../method.ts'
import { lowerBlock, lowerContent } from './lower-content.ts'
import { lowerTool } from './lower-tool.ts'
import type { Revision } from './revision.ts'

/** A complete result as a legacy client of this revision reads it. */
export function lowerResult(
  method: string,
  result: Result,
  revision: Revision,
): Record<string, unknown> {
  const { resultType: _, _meta, ...rest } = result
  const legacy: Record<string, unknown> = rest
  const meta = withoutServerInfo(_meta)
  if (meta) legacy['_meta'] = meta
  if (factsOf(method).cached) {
    delete legacy['ttlMs']
    delete legacy['cacheScope']
  }
  // A task stands in place of what the method comes to.
  if (result.resultType !== 'task') translate.get(method)?.(legacy, revision)
  return legacy
}

type Translate = (legacy: Record<string, unknown>, revision: Revision) => void

const translate: ReadonlyMap<string, Translate> = new Map<string, Translate>([
  ['tools/call', toolResult],
  ['tasks/result', toolResult],
  ['tools/list', toolList],
  ['prompts/get', promptMessages],
])

function toolResult(legacy: Record<string, unknown>, revision: Revision): void {
  const content = Array.isArray(legacy['content']) ? legacy['content'] : []
  legacy['content'] = lowerContent(content, revision)
  if (!('structuredContent' in legacy)) return
  const structured = legacy['structuredContent']
  const fits = isObject(structured)
  if (!fits) delete legacy['structuredContent']
  // Whoever cannot read the structured form reads the text.
  if ((fits && revision.structuredContent) || content.some(isText)) return
  const text = JSON.stringify(structured) ?? 'null'
  legacy['content'] = [...(legacy['content'] as unknown[]), { type: 'text', text }]
}

function toolList(legacy: Record<string, unknown>): void {
  const tools = legacy['tools']
  if (Array.isArray(tools)) legacy['tools'] = tools.map(lowerTool)
}

function promptMessages(legacy: Record<string, unknown>, revision: Revision): void {
  const messages = legacy['messages']
  if (!Array.isArray(messages) || (revision.audio && revision.resourceLinks)) return
  legacy['messages'] = messages.map((message) =>
    isObject(message) ? { ...message, content: lowerBlock(message['content'], revision) } : message,
  )
}

function isText(block: unknown): boolean {
  return isObject(block) && block['type'] === 'text'
}

/** Servers name themselves in the handshake of a session, not in each result. */
function withoutServerInfo(
  meta: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> | undefined {
  if (!meta) return undefined
  const { [metaKeys.serverInfo]: _, ...rest } = meta
  return Object.keys(rest).length === 0 ? undefined : rest
}
