/** Icons of strangers. See /specification/2026-07-28/basic#icons */
import type { Icon } from './shapes.ts'

/**
 * The address of an icon that may be shown, or undefined: a `data:` URL of an image type, or an https URL of the server's own
 * origin. Fetch it without credentials and without following redirects, bound its size, and look at its bytes with `imageTypeOf`.
 */
export function safeIcon(icon: Icon, { origin }: { origin?: string | URL } = {}): URL | undefined {
  const { src, mimeType } = icon
  if (typeof src !== 'string' || src.length > longest || !URL.canParse(src)) return undefined
  if (mimeType !== undefined && !imageTypes.has(mimeType)) return undefined
  const url = new URL(src)
  if (url.protocol === 'data:') return inline.test(src) ? url : undefined
  if (url.protocol !== 'https:' || url.username || url.password) return undefined
  return origin !== undefined && new URL(origin).origin === url.origin ? url : undefined
}

/**
 * What kind of image bytes are, by how they begin, or undefined. SVG is none of them: it can hold scripts, and is for those alone who
 * show it where none run.
 */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  return signatures.find(([, parts]) =>
    parts.every(([at, text]) => text.every((byte, index) => bytes[at + index] === byte)),
  )?.[0]
}

/** Kinds of image that cannot hold scripts. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif'

const longest = 1 << 20
const imageTypes = new Set(['image/png', 'image/jpeg', 'image/jpg', 'image/webp', 'image/gif'])
const inline = /^data:image\/(?:png|jpe?g|webp|gif);base64,[A-Za-z0-9+/]+={0,2}$/

type Part = readonly [at: number, bytes: readonly number[]]
const signatures: readonly (readonly [ImageType, readonly Part[]])[] = [
  ['image/png', [[0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]]],
  ['image/jpeg', [[0, [0xff, 0xd8, 0xff]]]],
  [
    'image/webp',
    [
      [0, [0x52, 0x49, 0x46, 0x46]],
      [8, [0x57, 0x45, 0x42, 0x50]],
    ],
  ],
  ['image/gif', [[0, [0x47, 0x49, 0x46, 0x38]]]],
]
