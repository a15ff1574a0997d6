import type { Call, ClientCapabilities } from '@lutra/core'

/** What a result may be reused for: the same question to the same server, from a client that declares the same; of one principal, or of any. */
export function cacheKey(call: Call, server: string, principal?: string): string {
  const { method, meta } = call
  const { _meta, ...params } = call.params
  return JSON.stringify([
    server,
    principal ?? null,
    method,
    params,
    meta.protocolVersion,
    textOf(meta.clientCapabilities),
  ])
}

// A client has one set of capabilities for all its calls.
const texts = new WeakMap<ClientCapabilities, string>()

function textOf(capabilities: ClientCapabilities): string {
  const known = texts.get(capabilities)
  if (known !== undefined) return known
  const text = JSON.stringify(capabilities)
  texts.set(capabilities, text)
  return text
}
