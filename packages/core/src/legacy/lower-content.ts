/** Content blocks that a revision does not know, said in blocks that it does. See /specification/2025-03-26/server/tools#tool-result */
import { isObject } from '../message.ts'
import type { Revision } from './revision.ts'

/** The same content in the blocks of a revision: the same array where nothing had to change. */
export function lowerContent(content: readonly unknown[], revision: Revision): readonly unknown[] {
  if (revision.audio && revision.resourceLinks) return content
  return content.map((block) => lowerBlock(block, revision))
}

/** One block in the words of a revision. */
export function lowerBlock(block: unknown, revision: Revision): unknown {
  if (!isObject(block)) return block
  if (block['type'] === 'resource_link' && !revision.resourceLinks) return linkAsText(block)
  if (block['type'] === 'audio' && !revision.audio) return audioAsResource(block)
  return block
}

function linkAsText(link: Record<string, unknown>): Record<string, unknown> {
  const { uri, name, title, description, mimeType, annotations } = link
  const label = [title ?? name, description, mimeType].filter((part) => typeof part === 'string')
  const text = label.length === 0 ? String(uri) : `${label.join(', ')}: ${String(uri)}`
  return annotations === undefined ? { type: 'text', text } : { type: 'text', text, annotations }
}

/** Sound travels as an embedded resource, which a client without audio can still hand on. */
function audioAsResource(audio: Record<string, unknown>): Record<string, unknown> {
  const { data, mimeType, annotations } = audio
  const resource = { uri: `attachment:${crypto.randomUUID()}`, mimeType, blob: data }
  return annotations === undefined
    ? { type: 'resource', resource }
    : { type: 'resource', resource, annotations }
}
