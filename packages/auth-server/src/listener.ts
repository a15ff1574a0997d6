/** The server as something that node:http and Express call. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerInteraction } from './interaction/answer.ts'
import { answeredPage, respond } from './interaction/finish.ts'
import { findBound } from './interaction/flow.ts'
import { isLocal, isLoopback } from './loopback.ts'
import type { Listener } from './node-listener.ts'
import { errorPage } from './pages/error-page.ts'
import { clearBinding } from './provider/cookies.ts'
import { isOurs, routes, wellKnown } from './provider/routes.ts'
import type { Running } from './running.ts'
import { isDevelopment } from './settings.ts'
import { TooLarge, toRequest, writeResponse } from './web.ts'

/** Makes the listener of a server. */
export function createListener(running: Running): Listener {
  const { settings } = running
  return (request, response, next) => {
    const path = ownPath(fullUrl(request), settings.path)
    if (path === undefined || (next && !isOurs(path.split('?')[0] ?? ''))) {
      if (next) return next()
      response.statusCode = 404
      response.end()
      return
    }
    answer(running, { request, response, path }).catch((error: unknown) => {
      running.report(error)
      const status = error instanceof TooLarge ? 413 : 500
      if (response.headersSent) response.destroy()
      else
        void writeResponse(
          respond(errorPage({ status, description: 'Something went wrong here.' })),
          response,
        )
    })
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Under the issuer, with its query. */
  readonly path: string
}

async function answer(running: Running, { request, response, path }: Exchange): Promise<void> {
  const { settings } = running
  const [pathname = ''] = path.split('?')
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('x-frame-options', 'DENY')
  response.setHeader('referrer-policy', 'no-referrer')
  if (isElsewhere(settings.url, request.headers.host)) {
    const description = `This server is at ${settings.issuer}, not at the host that was asked for.`
    return writeResponse(respond(errorPage({ status: 421, description })), response)
  }
  if (isDevelopment(settings) && !isLocal(request.socket.remoteAddress)) {
    const description = 'Development mode is for the machine that it runs on.'
    return writeResponse(respond(errorPage({ status: 403, description })), response)
  }
  if (pathname === routes.health) return writeResponse(await health(running), response)
  const parts = await running.parts()
  if (pathname.startsWith(`${routes.interaction}/`) || pathname === routes.callback) {
    const web = await toRequest(request, `${settings.url.origin}${settings.path}${path}`)
    return writeResponse(await answerInteraction(parts, pathname, web), response)
  }
  const uid = pathname.startsWith(`${routes.authorization}/`) ? (pathname.split('/')[2] ?? '') : ''
  if (uid !== '') {
    // The provider's own cookie could have been set by a neighbouring host: ours could not.
    if (!(await findBound(parts, uid, request.headers.cookie ?? '')))
      return writeResponse(respond(answeredPage()), response)
    response.setHeader('set-cookie', [clearBinding(settings, uid)])
  }
  if (pathname === routes.registration && !running.registrations.take()) {
    response.setHeader('retry-after', '60')
    return writeResponse(Response.json(tooMany, { status: 429 }), response)
  }
  // Where we are is what the issuer says: never what a header says that anybody can send.
  request.headers.host = settings.url.host
  request.headers['x-forwarded-proto'] = settings.url.protocol.slice(0, -1)
  delete request.headers['x-forwarded-host']
  delete request.headers[':authority']
  Object.assign(request, { originalUrl: `${settings.path}${path}`, url: path, baseUrl: undefined })
  await parts.callback(request, response)
}

const tooMany = {
  error: 'temporarily_unavailable',
  error_description: 'too many clients register at once: try again in a minute',
}

async function health({ settings }: Running): Promise<Response> {
  await settings.store.get('auth-server/health')
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
}

/** On loopback nobody else's name may lead here: a page of theirs could act in it. */
function isElsewhere({ hostname }: URL, host = ''): boolean {
  if (!isLoopback(hostname)) return false
  const asked = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
  return !isLoopback(asked)
}

/** What was asked for, whatever a framework has cut off. */
function fullUrl(request: IncomingMessage): string {
  const { originalUrl } = request as { originalUrl?: unknown }
  return typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/')
}

/** The part under the issuer; metadata of an issuer with a path is asked for at the root, too. */
function ownPath(url: string, base: string): string | undefined {
  for (const known of wellKnown)
    if (base !== '' && (url === known + base || url.startsWith(`${known}${base}?`))) return known
  if (base !== '' && url !== base && !url.startsWith(`${base}/`)) return undefined
  const path = url.slice(base.length)
  return path.startsWith('/') ? path : `/${path}`
}
