import { decoded } from './hide-secrets.ts'

/** Where the URL of an engine leads to. Nothing of its password is in it. */
export interface Place {
  readonly scheme: string
  /** Host and port, as one says them. */
  readonly address: string
  readonly host: string
  readonly port: string
  readonly user: string
  /** What stands behind the host; empty where nothing does. */
  readonly database: string
  /** Whether the URL asks for TLS. */
  readonly tls: boolean
}

/** Reads the URL of a server; undefined where it leads to several, or to none. */
export function placeOf(url: string): Place | undefined {
  if (!/^(?:postgres|postgresql|redis|rediss):\/\//.test(url) || !URL.canParse(url)) return
  const { protocol, hostname, port, username, pathname, searchParams } = new URL(url)
  const scheme = protocol.slice(0, -1)
  const isRedis = scheme.startsWith('redis')
  const sslMode = searchParams.get('sslmode') ?? searchParams.get('ssl') ?? 'disable'
  const at = {
    host: hostname.replace(/^\[(.+)\]$/, '$1') || '127.0.0.1',
    port: port || (isRedis ? '6379' : '5432'),
  }
  return {
    ...{ scheme, ...at, address: `${hostname || at.host}:${at.port}` },
    user: decoded(username),
    database: decoded(pathname.slice(1)),
    tls: isRedis ? scheme === 'rediss' : !/^(?:disable|allow|prefer|false)$/.test(sslMode),
  }
}
