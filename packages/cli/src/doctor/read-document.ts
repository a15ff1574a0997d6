import { isObject } from '@lutra/core'
import { causesOf } from '../auth/refused.ts'
import type { Examination } from './finding.ts'
import { troubleOf } from './trouble.ts'

/** What is at a well-known address. */
export type Found =
  | { readonly kind: 'document'; readonly value: Readonly<Record<string, unknown>> }
  /** Nobody there knows of such a document. */
  | { readonly kind: 'none'; readonly status: number }
  /** Something is there that is no such document. */
  | { readonly kind: 'other'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly fix?: string }
  /** The guard keeps this machine from asking there. */
  | { readonly kind: 'unsafe'; readonly why: string }

/** Reads a JSON document that a server publishes. Never throws, but where the examination ends. */
export async function readDocument(
  url: URL,
  { fetch, signal, timeoutMs }: Pick<Examination, 'fetch' | 'signal' | 'timeoutMs'>,
): Promise<Found> {
  const late = AbortSignal.timeout(timeoutMs)
  try {
    let at = url
    for (let hop = 0; ; hop++) {
      const response = await fetch(at, {
        headers: { accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.any([signal, late]),
      })
      const next = redirectOf(response, at)
      if (!next) return await judge(response)
      await response.body?.cancel()
      if (hop >= maxRedirects) return { kind: 'other', why: 'it redirects without end' }
      at = next
    }
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) return { kind: 'failed', why: `no answer within ${timeoutMs / 1000} seconds` }
    const unsafe = causesOf(error).find(isUnsafe)
    if (unsafe) return { kind: 'unsafe', why: unsafe.message }
    const trouble = troubleOf(error, url)
    if (trouble) return { kind: 'failed', why: trouble.what, fix: trouble.fix }
    return { kind: 'failed', why: innermost(error) }
  }
}

function isUnsafe(error: Error): boolean {
  return (error as { code?: unknown }).code === 'unsafe_url'
}

const maxRedirects = 3

function redirectOf({ status, headers }: Response, from: URL): URL | undefined {
  const to = headers.get('location')
  if (status < 301 || status > 308 || status === 304 || to === null) return undefined
  return URL.canParse(to, from) ? new URL(to, from) : undefined
}

async function judge(response: Response): Promise<Found> {
  const { status, headers } = response
  if (status !== 200) {
    await response.body?.cancel()
    if (status === 401 || status === 403) {
      return { kind: 'other', why: `HTTP ${status}: it is behind the lock that it should open` }
    }
    if (status >= 400 && status < 500) return { kind: 'none', status }
    return { kind: 'other', why: `HTTP ${status}` }
  }
  const text = await readBounded(response)
  if (text === undefined) return { kind: 'other', why: `more than ${maxBytes / 1024} KiB` }
  const value = parse(text)
  if (isObject(value)) return { kind: 'document', value }
  const type = headers.get('content-type') ?? 'no content type'
  return { kind: 'other', why: `HTTP 200 with ${type}, which is no JSON object` }
}

async function readBounded(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

const maxBytes = 256 * 1024

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? innermost(error.cause) : error.message
}
