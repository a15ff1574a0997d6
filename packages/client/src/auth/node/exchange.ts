import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { AuthError } from '../auth-error.ts'
import type { UrlGuard } from '../url-guard.ts'

/** What is sent, but for where to. */
export interface Sent {
  readonly method: string
  readonly headers: Headers
  readonly body: Uint8Array | undefined
}

/** One request, with the addresses that it may go to. */
export interface Outgoing extends Sent {
  readonly url: URL
  readonly addresses: readonly string[]
  readonly guard: UrlGuard
  readonly signal: AbortSignal
  /** Aborts where connecting takes too long. */
  readonly connect: AbortSignal
}

export interface Bounds {
  readonly maxBytes: number
  readonly ca: string | readonly string[] | undefined
}

/** Sends one request to the addresses given, follows nothing, and reads the answer to its end. */
export async function exchange(outgoing: Outgoing, bounds: Bounds): Promise<Response> {
  const { url, method, signal } = outgoing
  const { origin } = url
  try {
    const answer = await answerTo(outgoing, bounds)
    try {
      assertReadable(answer, origin)
      const body = method === 'HEAD' ? undefined : await readBody(answer, origin, bounds.maxBytes)
      return responseOf(answer, body)
    } finally {
      answer.destroy()
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (typeof code !== 'string' || error instanceof AuthError) throw error
    throw new TypeError(`${origin} could not be asked: ${code}`, { cause: error })
  }
}

function answerTo(outgoing: Outgoing, { ca }: Bounds): Promise<IncomingMessage> {
  const { url, method, headers, body, addresses, guard, signal, connect } = outgoing
  const secure = url.protocol === 'https:'
  // An agent of its own: no proxy that somebody has put into the global one, no connection or session of another request.
  const agent = secure ? new HttpsAgent({ ...pace, maxCachedSessions: 0 }) : new HttpAgent(pace)
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method,
      agent,
      signal,
      headers: headersOf(headers, body),
      lookup: pinned(addresses),
      maxHeaderSize,
      ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    })
    const late = () => request.destroy(connect.reason)
    connect.addEventListener('abort', late, { once: true })
    const settled = () => connect.removeEventListener('abort', late)
    let interim = 0
    request.on('information', () => {
      if (++interim > maxInterim) request.destroy(new TypeError('Too many interim answers'))
    })
    request.once('socket', (socket: Socket) => {
      socket.once('connect', () => {
        try {
          guard.checkAddress(socket.remoteAddress ?? '', url)
        } catch (error) {
          request.destroy(error as Error)
        }
      })
      socket.once(secure ? 'secureConnect' : 'connect', settled)
    })
    request.on('error', (error) => {
      settled()
      reject(error)
    })
    request.once('response', resolve)
    request.end(body)
  })
}

const maxHeaderSize = 16 * 1024
const maxInterim = 8
// The default of a quarter of a second for each address gives up on networks that are merely far away.
const pace = { keepAlive: false, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2000 }

/** Answers with the addresses that were checked, whatever the name may come to by now. */
function pinned(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }))
  const [first] = answers
  return (_hostname, { all }, callback) => {
    if (all) callback(null, answers)
    else callback(null, first?.address ?? '', first?.family)
  }
}

// What belongs to the connection is ours to say.
const ours = ['host', 'connection', 'transfer-encoding', 'content-length', 'expect', 'upgrade']

function headersOf(headers: Headers, body: Uint8Array | undefined): Record<string, string> {
  const sent = new Headers(headers)
  for (const name of ours) sent.delete(name)
  // A few kilobytes that unpack to gigabytes cannot come where nothing is packed.
  sent.set('accept-encoding', 'identity')
  if (body) sent.set('content-length', String(body.length))
  return Object.fromEntries(sent)
}

function assertReadable({ headers, statusCode = 0 }: IncomingMessage, origin: string): void {
  if (statusCode < 200 || statusCode > 599) {
    throw new TypeError(`${origin} answers with a status that HTTP does not have`)
  }
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return
  throw new TypeError(`${origin} answers in an encoding that it was not asked for`)
}

async function readBody(
  answer: IncomingMessage,
  origin: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooMuch = () => new TypeError(`${origin} answers more than ${maxBytes} bytes`)
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw tooMuch()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw tooMuch()
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

const withoutBody = new Set([204, 205, 304])

function responseOf(answer: IncomingMessage, body: Uint8Array<ArrayBuffer> | undefined): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders } = answer
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  }
  const full = body !== undefined && body.length > 0 && !withoutBody.has(status)
  return new Response(full ? body : null, { status, statusText, headers })
}
