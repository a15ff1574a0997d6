/** What URLs of peers may say. See /specification/2026-07-28/basic/security_best_practices#server-side-request-forgery-ssrf */
import { type AddressKind, addressKind } from './address-kind.ts'
import { AuthError } from './auth-error.ts'
import { hostKind, plainHost } from './host-kind.ts'

/** What the user has allowed, beyond https and public addresses. */
export interface GuardRules {
  /** The server that the user named. Its host may be in a private network, and where it is on loopback, so may be others. */
  readonly server?: URL | undefined
  /** Allows loopback addresses, and plain http to them. Default: where `server` is on loopback. */
  readonly allowLoopback?: boolean | undefined
  /** Hosts that may be in private networks: names or addresses, with a port where only that one is meant. */
  readonly allowHosts?: readonly string[] | undefined
}

/** Checks URLs of peers, and the addresses that their names come to. */
export interface UrlGuard {
  /** The parsed URL; throws `AuthError` `unsafe_url`, which shows no more of it than scheme and host. */
  check(url: string | URL): URL
  /** Throws `AuthError` `unsafe_url` where the name of a URL that was checked comes to an address that it must not come to. */
  checkAddress(address: string, url: URL): void
}

/** Makes a guard that takes https to public hosts, and what the user has allowed. */
export function createUrlGuard(rules: GuardRules = {}): UrlGuard {
  const { server, allowHosts = [] } = rules
  const allowLoopback = rules.allowLoopback ?? (server && hostKind(server.hostname) === 'loopback')
  const named = new Set([...allowHosts, ...(server ? [server.hostname] : [])].map(plainHost))

  function isNamed({ hostname, host }: URL): boolean {
    return named.has(plainHost(hostname)) || named.has(plainHost(host))
  }

  return {
    check(given) {
      const url = parse(given)
      const kind = hostKind(url.hostname)
      const allowed = kind === 'loopback' && allowLoopback
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowed)) throw insecure(url)
      if (allowed || kind === 'name' || kind === 'public' || isNamed(url)) return url
      throw inside(url, kind)
    },
    checkAddress(address, url) {
      const kind = addressKind(address) ?? 'forbidden'
      if (kind === 'loopback' && allowLoopback) return
      if (url.protocol !== 'https:') throw insecure(url)
      if (kind === 'public') return
      // A name that the user trusts may be in a private network, but not be led on to this machine or to a cloud's metadata.
      if (isNamed(url) && (kind === 'private' || kind === hostKind(url.hostname))) return
      throw inside(url, kind)
    },
  }
}

const maxLength = 8192

function parse(given: string | URL): URL {
  const text = String(given)
  if (text.length > maxLength || !URL.canParse(text)) {
    throw new AuthError('unsafe_url', 'What should be a URL is none, or is far too long')
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new AuthError('unsafe_url', `${shown(url)} is not asked: the URL holds credentials`)
  }
  return url
}

function insecure(url: URL): AuthError {
  const advice = url.protocol === 'http:' ? ', or http to loopback with `allowLoopback`' : ''
  return new AuthError('unsafe_url', `${shown(url)} is not asked: it takes https${advice}`)
}

function inside(url: URL, kind: AddressKind): AuthError {
  return new AuthError('unsafe_url', `${shown(url)} is not asked: it ${reasons[kind]}`)
}

const reasons: Readonly<Record<AddressKind, string>> = {
  public: 'is elsewhere',
  private: 'is in a private network; if the host is yours, name it in `allowHosts`',
  loopback: 'leads to this machine; in development, set `allowLoopback`',
  forbidden: 'leads to an address that no server of this kind is at',
}

/** As much of a URL as may be shown: its path and query might hold secrets. */
function shown({ protocol, host }: URL): string {
  return host === '' ? protocol.slice(0, 32) : `${protocol}//${host.slice(0, 255)}`
}
