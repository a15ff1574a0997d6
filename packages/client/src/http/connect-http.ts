import { type Connection, deferred } from '@lutra/core'
import { type HttpOptions, warnBy } from '../options.ts'
import { discover } from '../words/discover.ts'
import type { HttpSender } from './exchange.ts'
import { isLoopback } from './loopback.ts'
import { openHttp } from './open-http.ts'

/** Connects to a modern server over Streamable HTTP. */
export async function connectHttp(
  url: string | URL,
  options: HttpOptions,
  sender: HttpSender,
): Promise<Connection> {
  const server = readUrl(url, options)
  const { auth, fetch } = options
  const authorized = auth?.({ server, fetch, warn: warnBy(options) })
  const channel = openHttp(server, options, authorized?.through(sender) ?? sender)
  const handler = authorized?.timed(channel.handler) ?? channel.handler
  const end = deferred<Error | undefined>()
  const { protocolVersion, discovered } = await discover(handler, options).catch(
    (error: unknown) => {
      channel.close()
      throw error
    },
  )
  return {
    handler,
    era: 'modern',
    protocolVersion,
    discovered,
    closed: end.promise,
    async close() {
      channel.close()
      end.resolve(undefined)
    },
  }
}

/** The address of a server, if it is one that can be used; throws `TypeError` where not. */
export function readUrl(url: string | URL, options: HttpOptions = {}): URL {
  if (!URL.canParse(url)) throw new TypeError(`Not a URL: ${String(url).slice(0, 200)}`)
  const parsed = new URL(url)
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new TypeError(`Not an http or https URL: ${parsed.protocol}`)
  }
  if (parsed.username || parsed.password) {
    throw new TypeError('A URL may not carry a password; give `token` or `auth`')
  }
  parsed.hash = ''
  if (options.token === undefined) return parsed
  if (options.auth) throw new TypeError('Give `token` or `auth`, not both')
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) {
    warnBy(options)(`The token for ${parsed.origin} is sent in the clear; use https`)
  }
  return parsed
}
