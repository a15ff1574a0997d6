import { isObject, type ToolDescription } from '@lutra/core'

/** A digest of all that a tool is chosen and approved by: it changes when any of that does. */
export async function fingerprintOf(tool: ToolDescription): Promise<string> {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool
  const shown = { name, title, description, inputSchema, outputSchema, annotations }
  const bytes = new TextEncoder().encode(JSON.stringify(sorted(shown)))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// The order of keys says nothing, and servers do not keep it.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const keys = Object.keys(value).sort()
  return keys.map((key) => [key, sorted(value[key])])
}
