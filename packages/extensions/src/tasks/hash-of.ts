import { toBase64Url } from '@lutra/core'

/** What stands in keys and messages for a text that is too long for them, or not to be read there. */
export async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text)
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}
