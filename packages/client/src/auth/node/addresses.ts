import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { hostKind, plainHost } from '../host-kind.ts'
import type { UrlGuard } from '../url-guard.ts'

/** Finds all addresses of a name. */
export type Lookup = (hostname: string) => Promise<readonly string[]>

/** The addresses of a URL's host, each of them checked: one that leads inside condemns them all, as no honest name has both. */
export async function addressesOf(
  url: URL,
  guard: UrlGuard,
  lookup: Lookup = lookUp,
): Promise<readonly string[]> {
  const addresses = await found(url, lookup)
  for (const address of addresses) guard.checkAddress(address, url)
  return addresses
}

async function found({ hostname, origin }: URL, lookup: Lookup): Promise<readonly string[]> {
  const name = plainHost(hostname)
  if (isIP(name) !== 0) return [name]
  // Never asked of a network: a resolver may not know them, or lie.
  if (hostKind(name) === 'loopback') return ['127.0.0.1', '::1']
  try {
    const addresses = await lookup(name)
    if (addresses.length > 0) return addresses
  } catch (cause) {
    throw new TypeError(`${origin} could not be reached: its name could not be looked up`, {
      cause,
    })
  }
  throw new TypeError(`${origin} could not be reached: its name has no address`)
}

async function lookUp(hostname: string): Promise<readonly string[]> {
  const answers = await systemLookup(hostname, { all: true, verbatim: true })
  return answers.map(({ address }) => address)
}
