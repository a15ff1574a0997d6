/** The door for `node:http` and the frameworks on it, without web streams or web requests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth } from '@lutra/core'
import type { Doorway } from '../door.ts'
import type { HttpReply, HttpRequest, PlainReply } from '../exchange.ts'
import { type Identified, isRefused } from '../identify.ts'
import type { HttpOptions } from '../options.ts'
import { refuseRequest } from '../reply.ts'
import { closeWaiting } from './close-waiting.ts'
import { createKeepAlive } from './keep-alive.ts'
import { onGone } from './on-gone.ts'
import { readBody } from './read-body.ts'
import { createSender } from './send.ts'

/** What the code around a door knows of a request. */
export interface NodeExtra {
  /** Who calls, where that was found out before. */
  readonly auth?: Auth | undefined
  /** The body, where a framework has read it: parsed JSON, text or bytes. Default: `req.body`. */
  readonly body?: unknown
}

/** Answers a request of `node:http`. A third argument that is a function, as Express gives, is not called. */
export type Listener = (
  req: IncomingMessage,
  res: ServerResponse,
  extra?: NodeExtra | ((error?: unknown) => void),
) => void

/** Makes a request listener of a doorway. */
export function createListener(door: Doorway, options: HttpOptions): Listener {
  const send = createSender(options, createKeepAlive(options.keepAliveMs))

  function enter(request: Open, res: ServerResponse): void {
    door.enter(request).then(
      (reply: HttpReply) => send(res, reply),
      // Doors answer every error themselves: what comes here is a mistake of theirs, and must not hang the client.
      () => res.destroy(),
    )
    // Read by now. A stream may stay open for days: it must not keep what it was opened with.
    request.body = undefined
    request.parsed = undefined
  }

  function read(request: NodeRequest, given: NodeExtra | undefined): void {
    const { req, res } = request
    if (req.method !== 'POST' || takeBody(request, given?.body ?? bodyOf(req))) {
      enter(request, res)
    } else {
      readBody(req, door.maxBodyBytes, (body) => {
        if (!body) {
          send(res, door.tooLarge(request))
          return
        }
        request.body = body
        enter(request, res)
      })
    }
  }

  function admit(request: NodeRequest, identified: Identified, given: NodeExtra | undefined): void {
    if (isRefused(identified)) {
      send(request.res, identified)
    } else {
      request.auth = identified
      read(request, given)
    }
  }

  return (req, res, extra) => {
    closeWaiting(res)
    const given = typeof extra === 'object' ? extra : undefined
    const request = toRequest(req, res, given)
    const refused = refuseRepeated(req) ?? door.guard(request)
    if (refused) {
      send(res, refused)
    } else if (!door.identify) {
      read(request, given)
    } else {
      const identified = door.identify(request)
      // Awaited only where it takes a while.
      if (!(identified instanceof Promise)) admit(request, identified, given)
      else void identified.then((later) => admit(request, later, given))
    }
  }
}

type Open = { -readonly [K in keyof HttpRequest]: HttpRequest[K] }

interface NodeRequest extends Open {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

function toRequest(req: IncomingMessage, res: ServerResponse, given?: NodeExtra): NodeRequest {
  return {
    req,
    res,
    method: req.method ?? 'GET',
    url: urlOf(req),
    body: undefined,
    parsed: undefined,
    auth: given?.auth,
    header: (name) => headerOf(req, name),
    isLocal,
    onGone: listenForGone,
  }
}

// Shared by all requests, rather than made for each: with thousands of open streams that shows.
function isLocal(this: NodeRequest): boolean {
  const { localAddress } = this.req.socket
  return localAddress !== undefined && loopback.test(localAddress)
}

function listenForGone(this: NodeRequest, listen: () => void): void {
  onGone(this.res, listen)
}

/** The first of a header that was sent twice is what is read here; a proxy in front may have gone by the last. */
function refuseRepeated({ rawHeaders }: IncomingMessage): PlainReply | undefined {
  let hosts = 0
  let tokens = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4) {
      if (name.toLowerCase() === 'host') hosts += 1
    } else if (name?.length === 13) {
      if (name.toLowerCase() === 'authorization') tokens += 1
    }
  }
  if (hosts > 1) return twoHosts
  return tokens > 1 ? twoTokens : undefined
}

const twoHosts = refuseRequest(400, 'Expected one Host header, not several')
const twoTokens = refuseRequest(400, 'Expected one Authorization header, not several')

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value: unknown = headers[name]
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : undefined
}

/** The path as the client sent it: a framework that mounts a listener cuts its own part off `url`. */
function urlOf(req: IncomingMessage & { readonly originalUrl?: unknown }): string {
  return typeof req.originalUrl === 'string' ? req.originalUrl : (req.url ?? '/')
}

function bodyOf(req: IncomingMessage & { readonly body?: unknown }): unknown {
  return req.body
}

/** Takes a body that was read before; says whether there was one. */
function takeBody(request: Open, body: unknown): boolean {
  if (body === undefined || body === null) return false
  if (body instanceof Uint8Array) request.body = body
  else if (typeof body === 'string') request.body = Buffer.from(body)
  else request.parsed = body
  return true
}

const loopback = /^(?:(?:::ffff:)?127\.|::1$)/
