/** JSON from an authorization server: in time, of a bounded size, and from no other place than the one that was named. */
import { isObject } from '@lutra/core'
import { Unavailable } from './refusal.ts'

export interface Fetching {
  readonly fetch?: typeof fetch | undefined
  readonly timeoutMs: number
}

/** An object, or `Unavailable` with the reason. */
export async function fetchJson(
  url: string,
  init: RequestInit,
  { fetch = globalThis.fetch, timeoutMs }: Fetching,
): Promise<Record<string, unknown>> {
  const signal = AbortSignal.timeout(timeoutMs)
  let text: string
  try {
    // Keys come from where the operator said, or not at all.
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Unavailable(`Expected status 200 from ${url}, got ${response.status}`)
    }
    text = await readText(response)
  } catch (cause) {
    if (cause instanceof Unavailable) throw cause
    const why = signal.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached'
    throw new Unavailable(`${url} ${why}`, { cause })
  }
  return parse(text, url)
}

const maxBytes = 512 * 1024

/** The text of a response that is not larger than it may be. */
export async function readText(response: Response): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.length
    if (size > maxBytes) {
      await reader.cancel()
      throw new Unavailable(`${response.url} sent more than ${maxBytes} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}

function parse(text: string, url: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Unavailable(`${url} sent no JSON`, { cause })
  }
  if (isObject(value)) return value
  throw new Unavailable(`${url} sent JSON that is no object`)
}
