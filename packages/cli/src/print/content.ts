import type { ContentBlock, ResourceContents } from '@lutra/core'

/** A content block as text: what is text as it is, of anything else what it is. */
export function contentText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text
    case 'image':
    case 'audio':
      return `[${block.type}: ${block.mimeType}, ${sizeOf(block.data)}]`
    case 'resource_link':
      return `[link: ${block.uri}${block.name ? ` ${block.name}` : ''}]`
    case 'resource':
      return contentsText(block.resource)
    default:
      return `[${String((block as { type: unknown }).type)}]`
  }
}

/** What a resource holds, as text. */
export function contentsText(contents: ResourceContents): string {
  if ('text' in contents) return contents.text
  return `[${contents.uri}: ${contents.mimeType ?? 'binary'}, ${sizeOf(contents.blob)}]`
}

function sizeOf(base64: unknown): string {
  if (typeof base64 !== 'string') return 'nothing'
  const bytes = Math.floor((base64.replace(/=+$/, '').length * 3) / 4)
  return bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`
}
