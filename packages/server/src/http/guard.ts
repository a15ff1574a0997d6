/** Who may come in at all: path, `Host`, `Origin`, preflight. See /specification/2026-07-28/basic/transports/streamable-http#security */
import type { Cors } from './cors.ts'
import type { Guard, HttpHead } from './exchange.ts'
import { defaultPath, type HttpOptions } from './options.ts'
import { refuseRequest } from './reply.ts'

export interface GuardOptions extends HttpOptions {
  /** Where else a dialect is found. */
  readonly morePaths?: readonly string[] | undefined
}

/** Settles before a body is read whether a request goes on. */
export function createGuard(options: GuardOptions, cors: Cors | undefined): Guard {
  const { path = defaultPath, morePaths = [], allowedHosts, auth } = options
  const admitsHost = createHostCheck(allowedHosts)
  const admitsOrigin = createOriginCheck(options)

  return (head) => {
    const open = auth?.open(head)
    if (open) return open
    if (path !== '*' && !isAt(head.url, path) && !morePaths.some((at) => isAt(head.url, at))) {
      return { status: 404, headers: textHeaders, body: `This MCP server is at ${path}\n` }
    }
    const host = (head.header('host') ?? head.header(':authority') ?? '').toLowerCase()
    if (!admitsHost(host, head)) {
      return refuseRequest(
        403,
        `Host not allowed: ${show(host)}; the server's allowedHosts name it`,
      )
    }
    const origin = head.header('origin')
    if (origin !== undefined && !admitsOrigin(origin.toLowerCase(), host)) {
      return refuseRequest(
        403,
        `Origin not allowed: ${show(origin)}; the server's allowedOrigins name it`,
      )
    }
    return head.method === 'OPTIONS' ? cors?.preflight(head) : undefined
  }
}

const textHeaders = { 'content-type': 'text/plain; charset=utf-8' }

function isAt(url: string, path: string): boolean {
  if (!url.startsWith(path)) return false
  const rest = url.slice(path.length)
  return rest === '' || rest[0] === '?' || rest === '/' || rest.startsWith('/?')
}

function createHostCheck(
  allowed: HttpOptions['allowedHosts'],
): (host: string, head: HttpHead) => boolean {
  if (allowed === '*') return () => true
  if (allowed === undefined) return (host, head) => isLoopback(host) || !head.isLocal?.()
  const names = new Set(allowed.map((name) => name.toLowerCase()))
  return (host) => names.has(host) || names.has(nameOf(host)) || isLoopback(host)
}

function createOriginCheck(options: HttpOptions): (origin: string, host: string) => boolean {
  const { allowedOrigins = [], allowedHosts = [], cors } = options
  if (allowedOrigins === '*' || cors === true) return () => true
  const listed = typeof cors === 'object' ? cors.origins : []
  const origins = new Set([...allowedOrigins, ...listed].map((origin) => origin.toLowerCase()))
  const names = new Set(
    (allowedHosts === '*' ? [] : allowedHosts).map((name) => name.toLowerCase()),
  )
  return (origin, host) => {
    if (origins.has(origin)) return true
    const from = originForm.exec(origin)?.[1]
    if (from === undefined) return false
    if (isLoopback(host)) return isLoopback(from)
    // A page of the server's own origin: where a name can be rebound, it must be known to be the server's.
    return from === host && (isAddress(host) || names.has(host) || names.has(nameOf(host)))
  }
}

const originForm = /^https?:\/\/([^/?#@\\]+)$/

function isLoopback(host: string): boolean {
  return loopback.test(nameOf(host))
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function isAddress(host: string): boolean {
  return address.test(nameOf(host))
}

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/

/** A host without its port. */
function nameOf(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':')
  return end > 0 && portForm.test(host.slice(end)) ? host.slice(0, end) : host
}

const portForm = /^(?::\d{1,5})?$/

function show(value: string): string {
  return JSON.stringify(value.slice(0, 100))
}
