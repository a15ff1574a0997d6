/** Unpadded base64url of bytes. See RFC 4648, section 5. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  // In pieces, since every byte becomes an argument of its own.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of base64url text in its one canonical form, or undefined: no padding, no white space, no stray bits. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1 || !isCanonical(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

// The last character of a text carries 4 or 2 bits too many; they must be zero, or two texts would mean the same bytes.
function isCanonical(text: string): boolean {
  const rest = text.length % 4
  if (rest === 2) return /[AQgw]$/.test(text)
  if (rest === 3) return /[AEIMQUYcgkosw048]$/.test(text)
  return true
}
