/** Values of `Mcp-Name` and `Mcp-Param-*`. See /specification/2026-07-28/basic/transports/streamable-http#value-encoding */

const open = '=?base64?'
const close = '?='

/** Writes text as a header value: as it is where that is safe, else as UTF-8 in Base64 between markers. */
export function encodeHeaderValue(text: string): string {
  if (isPlain(text) && !(text.startsWith(open) && text.endsWith(close))) return text
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192))
  }
  return open + btoa(binary) + close
}

/** Reads a header value back; undefined where its Base64, its UTF-8 or one of its characters is malformed. */
export function decodeHeaderValue(value: string): string | undefined {
  if (
    value.length < open.length + close.length ||
    !value.startsWith(open) ||
    !value.endsWith(close)
  ) {
    return allowed.test(value) ? value : undefined
  }
  const base64 = value.slice(open.length, -close.length)
  if (base64.length % 4 !== 0 || !base64Form.test(base64)) return undefined
  try {
    return utf8.decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
// An inner tab would be legal, but too much on the way treats it as a space: it is read, never written.
const allowed = /^[\t\x20-\x7e]*$/
const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
const base64Form = /^[A-Za-z0-9+/]*={0,2}$/

function isPlain(text: string): boolean {
  return text === '' || plain.test(text)
}
