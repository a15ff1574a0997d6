import type { Connection } from '@lutra/core'
import { readUrl } from '../http/connect-http.ts'
import type { HttpOptions } from '../options.ts'
import { createHttpWire } from './http-wire.ts'
import type { LegacyOptions } from './options.ts'
import { openLegacySession } from './session.ts'

/** Connects to a legacy server over Streamable HTTP. */
export function connectLegacyHttp(
  url: string | URL,
  options: LegacyOptions & HttpOptions = {},
): Promise<Connection> {
  return openLegacySession(createHttpWire(readUrl(url, options), options), options)
}
