import { type Connection, deferred } from '@lutra/core'
import { type HttpOptions, warnBy } from '../options.ts'
import { discover } from '../words/discover.ts'
import { openHttp } from './open-http.ts'

/** Connects to a modern server over Streamable HTTP. */
export async function connectHttp(
  url: string | URL,
  options: HttpOptions = {},
): Promise<Connection> {
  const channel = openHttp(readUrl(url, options), options)
  const end = deferred<Error | undefined>()
  const { protocolVersion, discovered } = await discover(channel.handler, options).catch(
    (error: unknown) => {
      channel.close()
      throw error
    },
  )
  return {
    handler: channel.handler,
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
    const meant = hostForm.test(String(url)) ? `; did you mean http://${url}?` : ''
    throw new TypeError(`Expected an http or https URL, not ${parsed.protocol}${meant}`)
  }
  if (parsed.username || parsed.password) {
    throw new TypeError('A URL may not carry a password; give a token or a header instead')
  }
  parsed.hash = ''
  if (
    options.token !== undefined &&
    parsed.protocol === 'http:' &&
    !loopback.test(parsed.hostname)
  ) {
    warnBy(options)(`The token for ${parsed.origin} is sent in the clear; use https`)
  }
  return parsed
}

// What reads as the scheme of a URL may be a host with its port.
const hostForm = /^[\w.-]{1,200}:\d{1,5}(?:\/\S{0,200})?$/
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
