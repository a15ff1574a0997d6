import type { Place } from './place.ts'
import type { Failure, Trouble } from './trouble.ts'

/** What Redis and Valkey say by the first word of an error, and how they hang up. */
export function redisTrouble({ code, said }: Failure, place: Place): Trouble | undefined {
  const { address, tls } = place
  if (/^WRONGPASS|^ERR invalid password|without any password configured/.test(said)) {
    return {
      message: `Redis at ${address} refuses this user with this password`,
      hint: 'Correct them in the URL, redis://USER:PASSWORD@HOST, with what is special percent-encoded; a server without users has USER empty',
    }
  }
  if (said.startsWith('NOAUTH')) {
    return {
      message: `Redis at ${address} wants a password`,
      hint: 'Put it into the URL: redis://:PASSWORD@HOST, or redis://USER:PASSWORD@HOST',
    }
  }
  if (said.includes('DB index is out of range') || said === 'Invalid pathname') {
    return {
      message: `Redis at ${address} has no database ${JSON.stringify(place.database)}`,
      hint: 'They are numbers: end the URL with /0, or with the host alone',
    }
  }
  if (
    tls &&
    (/^(?:EPROTO|ERR_SSL|ECONNRESET)/.test(code) || /timeout|did not answer|secure TLS/i.test(said))
  ) {
    return {
      message: `${address} does not answer in TLS, which rediss:// asks for`,
      hint: 'Switch it on there (tls-port), or write redis:// where the way there is safe',
    }
  }
  if (code === 'ECONNRESET' || said.startsWith('Socket closed')) {
    return {
      message: `${address} hangs up: it is not Redis, or it wants TLS`,
      hint: 'See what listens there; where that is Redis with TLS, write rediss://',
    }
  }
  return undefined
}
