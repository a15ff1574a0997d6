import { type Connection, deferred } from '@lutra/core'
import { type HttpOptions, warnBy } from '../options.ts'
import { discover } from '../words/discover.ts'
import { authorizeSender } from './authorize-sender.ts'
import { type AuthorizedOptions, authorizedOf, withClocks } from './authorized.ts'
import type { HttpSender } from './exchange.ts'
import { isLoopback } from './loopback.ts'
import { openHttp } from './open-http.ts'

/** Connects to a modern server over Streamable HTTP. */
export async function connectHttp(
  url: string | URL,
  options: HttpOptions & AuthorizedOptions,
  sender: HttpSender,
): Promise<Connection> {
  const server = readUrl(url, options)
  const authorized = authorizedOf(server, options)
  const channel = openHttp(server, options, authorizeSender(sender, authorized))
  const handler = withClocks(channel.handler, authorized)
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
    throw new TypeError(
      `Expected an http or https URL, not ${parsed.protocol} (is http:// missing?)`,
    )
  }
  if (parsed.username || parsed.password) {
    throw new TypeError('A URL may not carry a password; give a token or a header instead')
  }
  parsed.hash = ''
  if (options.token !== undefined && options.auth) {
    throw new TypeError('Give `token` or `auth`, not both: each says who asks')
  }
  const tokens = options.token !== undefined || options.auth !== undefined
  if (tokens && parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) {
    warnBy(options)(`The token for ${parsed.origin} is sent in the clear; use https`)
  }
  return parsed
}
