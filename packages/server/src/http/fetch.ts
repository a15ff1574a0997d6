/** The door for everything that speaks web-standard `fetch`: Workers, Deno, Bun, Hono, Next. */
import { type Auth, isObject, keepAlive } from '@lutra/core'
import type { Doorway } from './door.ts'
import type { HttpHead, HttpReply, HttpRequest, Sink, StreamReply } from './exchange.ts'
import { isRefused } from './identify.ts'
import { defaultKeepAliveMs, defaultMaxBufferedBytes, type HttpOptions } from './options.ts'

/** What the code around a door knows of a request. */
export interface RequestExtra {
  /** Who calls, where that was found out before. */
  readonly auth?: Auth | undefined
}

/** Answers a web-standard request. */
export interface Fetch {
  (request: Request, extra?: RequestExtra): Promise<Response>
  /** As platforms call it: with bindings, or what they know of the connection, which say nothing here. */
  (request: Request, platform: unknown): Promise<Response>
}

/** Makes a `fetch` function of a doorway. */
export function createFetch(door: Doorway, options: HttpOptions): Fetch {
  return async (request: Request, extra?: unknown) => {
    const head = headOf(request)
    const gone = createGone(request.signal)
    const refused = door.guard(head)
    if (refused) return toResponse(refused, gone, options)
    const auth = door.identify ? await door.identify(head) : authOf(extra)
    if (auth && isRefused(auth)) return toResponse(auth, gone, options)
    const body = request.method === 'POST' ? await readBody(request, door.maxBodyBytes) : undefined
    if (body === 'too large') return toResponse(door.tooLarge(head), gone, options)
    const exchange: HttpRequest = { ...head, body, auth, onGone: gone.listen }
    return toResponse(await door.enter(exchange), gone, options)
  }
}

// What a platform binds may be called `auth` too, and names nobody.
function authOf(extra: unknown): Auth | undefined {
  const auth = isObject(extra) ? extra['auth'] : undefined
  return isObject(auth) && typeof auth['subject'] === 'string'
    ? (auth as unknown as Auth)
    : undefined
}

type Gone = ReturnType<typeof createGone>

/** Tells once that the client is gone, to those who ask later too. */
function createGone(signal: AbortSignal | null) {
  const listeners: (() => void)[] = []
  let gone = false
  function tell(): void {
    if (gone) return
    gone = true
    for (const listener of listeners.splice(0)) listener()
  }
  return {
    tell,
    listen(listener: () => void): void {
      if (signal?.aborted) tell()
      if (gone) {
        listener()
        return
      }
      if (listeners.push(listener) === 1) signal?.addEventListener('abort', tell, { once: true })
    },
  }
}

function headOf(request: Request): HttpHead {
  const { method, headers } = request
  const { pathname, search, host } = new URL(request.url)
  return {
    method,
    url: pathname + search,
    header: (name) => headers.get(name) ?? (name === 'host' ? host : undefined),
  }
}

async function readBody(request: Request, max: number): Promise<Uint8Array | 'too large'> {
  if (request.bodyUsed) {
    throw new TypeError('The body of the request was read already: hand over the request unread')
  }
  if (Number(request.headers.get('content-length')) > max) return 'too large'
  if (!request.body) return new Uint8Array(0)
  const parts: Uint8Array[] = []
  let size = 0
  for (const reader = request.body.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > max) {
      await reader.cancel()
      return 'too large'
    }
    parts.push(value)
  }
  const [first] = parts
  if (parts.length === 1 && first) return first
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function toResponse(reply: HttpReply, gone: Gone, options: HttpOptions): Response {
  const { status, headers } = reply
  if ('stream' in reply) {
    return new Response(toStream(reply, gone, options), { status, headers })
  }
  return new Response((reply.body ?? null) as BodyInit | null, { status, headers })
}

function toStream(reply: StreamReply, gone: Gone, options: HttpOptions): ReadableStream {
  const { maxBufferedBytes = defaultMaxBufferedBytes, keepAliveMs = defaultKeepAliveMs } = options
  const encoder = new TextEncoder()
  let open = true
  let timer: ReturnType<typeof setInterval> | undefined

  function close(): void {
    open = false
    clearInterval(timer)
  }

  function start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const sink: Sink = {
      write(text) {
        if (!open) return false
        if ((controller.desiredSize ?? 0) > 0) {
          controller.enqueue(encoder.encode(text))
          return true
        }
        controller.error(new Error('The reader of this stream was too slow'))
        gone.tell()
        return false
      },
      end() {
        if (!open) return
        close()
        controller.close()
      },
    }
    // A timer of its own: some platforms let only the request that made a stream write to it.
    timer = setInterval(() => sink.write(keepAlive), keepAliveMs)
    // Only now, for a client that is gone already ends the timer at once.
    gone.listen(close)
    reply.stream(sink)
  }

  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: maxBufferedBytes })
  return new ReadableStream<Uint8Array>({ start, cancel: gone.tell }, strategy)
}
