/** Which pages of other origins may read the replies, and what they may send. See https://fetch.spec.whatwg.org/#http-cors-protocol */
import type { HttpHead, HttpReply, PlainReply } from './exchange.ts'
import type { HttpOptions } from './options.ts'

export interface Cors {
  preflight(head: HttpHead): PlainReply
  /** The reply as a page may read it. */
  expose<R extends HttpReply>(reply: R, head: HttpHead): R
}

/** What a dialect adds to what pages may send and read. */
export interface CorsWords {
  readonly methods?: readonly string[]
  readonly requestHeaders?: readonly string[]
  readonly responseHeaders?: readonly string[]
}

/** The rules of a server that lets pages of other origins in; undefined for one that does not. */
export function createCors(option: HttpOptions['cors'], words: CorsWords = {}): Cors | undefined {
  if (!option) return undefined
  const { methods = [], requestHeaders = [], responseHeaders = [] } = words
  const allowed = new Set([...sent, ...requestHeaders])
  const methodList = ['POST', ...methods].join(', ')
  const exposed = ['www-authenticate', 'dpop-nonce', ...responseHeaders].join(', ')

  // The guard has admitted the origin. Without credentials, any page and one page are told apart only by caches.
  function originHeaders(head: HttpHead): Record<string, string> {
    if (option === true) return { 'access-control-allow-origin': '*' }
    const origin = head.header('origin')
    return origin === undefined
      ? { vary: 'origin' }
      : { 'access-control-allow-origin': origin, vary: 'origin' }
  }

  return {
    preflight(head) {
      const asked = (head.header('access-control-request-headers') ?? '').slice(0, 4096)
      // Mcp-Param-* names depend on the tools: those that are asked for are named back.
      const params = asked.split(',').map((name) => name.trim().toLowerCase())
      const headers = [...allowed, ...new Set(params.filter((name) => paramName.test(name)))]
      return {
        status: 204,
        headers: {
          ...originHeaders(head),
          'access-control-allow-methods': methodList,
          'access-control-allow-headers': headers.join(', '),
          'access-control-max-age': '7200',
        },
      }
    },
    expose(reply, head) {
      const own = { ...originHeaders(head), 'access-control-expose-headers': exposed }
      return { ...reply, headers: { ...reply.headers, ...own } }
    },
  }
}

const sent = [
  'content-type',
  'accept',
  'authorization',
  'dpop',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'traceparent',
  'tracestate',
  'baggage',
]

const paramName = /^mcp-param-[!#$%&'*+\-.^_`|~0-9a-z]+$/
