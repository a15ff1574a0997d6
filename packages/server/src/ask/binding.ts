/** What sealed state is bound to. See /specification/2026-07-28/basic/patterns/mrtr#server-requirements-basic-workflow */
import { type Call, factsOf, invalidParams, principalOf, toBase64Url } from '@lutra/core'

export interface Binding {
  /** What the state is for: state of one use never serves another. */
  readonly purpose: string
  /** What else it is bound to, such as the name of the server where several share their keys. */
  readonly scope?: string | undefined
}

/** The context that state of a call is sealed under: who calls, the method, what it is called on, and with which params. */
export async function contextOf(call: Call, { purpose, scope = '' }: Binding): Promise<string> {
  const { _meta, inputResponses, requestState, ...salient } = call.params
  const name = salient[factsOf(call.method).name ?? '']
  const text = new TextEncoder().encode(canonicalJson(salient))
  const digest = toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', text)))
  return JSON.stringify([purpose, scope, principalOf(call.auth), call.method, name, digest])
}

// Equal params make equal text, whatever order their members come in.
function canonicalJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, member) => (isPlain(member) ? sorted(member) : member))
  } catch (cause) {
    if (cause instanceof RangeError) throw invalidParams('Invalid params: nested too deep')
    throw cause
  }
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
