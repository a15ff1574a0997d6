import { followAbort } from '@lutra/core/wait'
import { ConnectionError, InvalidResponseError } from '../words/error.ts'
import type { HttpRequest, HttpResponse, HttpSender } from './exchange.ts'

type Fetch = typeof globalThis.fetch

/** Sends by `fetch`, which is there on every runtime. */
export function sendByFetch(fetch: Fetch = globalThis.fetch): HttpSender {
  const open = new Set<AbortController>()

  async function send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
    signal.throwIfAborted()
    const control = new AbortController()
    const letGo = followAbort(signal, control)
    const done = () => {
      open.delete(control)
      letGo()
    }
    open.add(control)
    try {
      const init: RequestInit = { method, headers, redirect: 'manual', signal: control.signal }
      const response = await fetch(url, body === undefined ? init : { ...init, body })
      // Not every function that fetches minds the signal.
      if (control.signal.aborted) response.body?.cancel().catch(() => {})
      control.signal.throwIfAborted()
      return responseOf(response, { control, done, url })
    } catch (cause) {
      done()
      throw failureOf(cause, { control, url })
    }
  }

  return {
    send,
    close() {
      const closed = new ConnectionError('The connection was closed', { final: true })
      for (const control of [...open]) control.abort(closed)
    },
  }
}

interface Exchange {
  readonly control: AbortController
  readonly url: URL
  readonly done: () => void
}

function responseOf(response: Response, exchange: Exchange): HttpResponse {
  const { control, done } = exchange

  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = response.body?.getReader()
    const stop = () => void reader?.cancel().catch(() => {})
    control.signal.addEventListener('abort', stop, { once: true })
    let ended = false
    try {
      for (;;) {
        const { done: last, value } = (await reader?.read()) ?? { done: true, value: undefined }
        ended = last
        control.signal.throwIfAborted()
        if (last) return
        yield value
      }
    } catch (cause) {
      throw failureOf(cause, exchange)
    } finally {
      done()
      if (!ended) control.abort()
    }
  }

  return {
    // A browser hides where a redirect leads, and its status with it.
    status: response.type === 'opaqueredirect' ? 302 : response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    chunks,
    async text(maxBytes) {
      const decoder = new TextDecoder()
      let text = ''
      let size = 0
      for await (const chunk of chunks()) {
        size += chunk.length
        if (size > maxBytes) throw tooLong(maxBytes)
        text += decoder.decode(chunk, { stream: true })
      }
      return text + decoder.decode()
    },
    discard() {
      done()
      response.body?.cancel().catch(() => {})
    },
  }
}

/** The error about a body beyond its bound. */
export function tooLong(maxBytes: number): InvalidResponseError {
  return new InvalidResponseError(
    `The response is longer than ${maxBytes} bytes; raise maxResponseBytes to take it`,
  )
}

function failureOf(cause: unknown, { control, url }: Pick<Exchange, 'control' | 'url'>): unknown {
  if (control.signal.aborted) return control.signal.reason
  return cause instanceof Error ? unreachable(url, cause) : cause
}

/** The error about a server that could not be reached, or that broke off. */
export function unreachable(url: URL, cause: Error): ConnectionError {
  const inner = cause.cause instanceof Error ? cause.cause : cause
  const { code } = inner as { code?: unknown }
  const reason = inner.message || (typeof code === 'string' ? code : 'no reason given')
  return new ConnectionError(`No response from ${url.origin}: ${reason}`, { cause })
}
