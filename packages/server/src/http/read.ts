/** Turns the body of a POST into a JSON value, or into the reply that says why not. */
import { parseError, parseJson, RpcError } from '@lutra/core'
import type { HttpHead, HttpRequest, PlainReply } from './exchange.ts'
import { refuse, refuseRequest } from './reply.ts'

export type Read = { readonly value: unknown } | { readonly refused: PlainReply }

/** Reads the JSON of a request. */
export function readJson(request: HttpRequest, maxDepth: number): Read {
  if (!isJson(request.header('content-type'))) {
    return { refused: refuseRequest(415, 'Expected Content-Type: application/json') }
  }
  if (request.parsed !== undefined) {
    return isDeeper(request.parsed, maxDepth) ? tooDeep(maxDepth) : { value: request.parsed }
  }
  try {
    return { value: parseJson(utf8.decode(request.body), maxDepth) }
  } catch (reason) {
    const error = reason instanceof RpcError ? reason : parseError('not valid UTF-8', reason)
    return { refused: refuse(400, error) }
  }
}

/** Whether the client reads both forms that a reply may have. One that says nothing takes what comes. */
export function acceptsReplies(head: HttpHead): boolean {
  const accept = head.header('accept')
  if (accept === undefined || accept === usualAccept) return true
  const ranges = accept.toLowerCase().split(',', 50).map(readRange)
  return both.every((type) => {
    const [kind] = type.split('/')
    return ranges.some((range) => range === '*/*' || range === type || range === `${kind}/*`)
  })
}

const usualAccept = 'application/json, text/event-stream'
const both = ['application/json', 'text/event-stream'] as const
const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true })

/** A media range, or nothing where its weight is 0. */
function readRange(range: string): string | undefined {
  const [type = '', ...parameters] = range.split(';')
  return parameters.some((parameter) => /^\s*q=0(?:\.0*)?\s*$/.test(parameter))
    ? undefined
    : type.trim()
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true
  const [type = ''] = (contentType ?? '').split(';', 1)
  return type.trim().toLowerCase() === 'application/json'
}

function tooDeep(maxDepth: number): Read {
  return { refused: refuse(400, parseError(`the JSON nests deeper than ${maxDepth}`)) }
}

function isDeeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return left === 0 || Object.values(value).some((inner) => isDeeper(inner, left - 1))
}
