import { type AddressKind, addressKind } from './address-kind.ts'

/** Where the host of a parsed URL leads, as far as it can be told without asking for its address: a public-looking `name` may lead anywhere. */
export function hostKind(hostname: string): AddressKind | 'name' {
  const name = plainHost(hostname)
  const literal = addressKind(name)
  if (literal !== undefined) return literal
  if (!isName(name)) return 'forbidden'
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback'
  // A name of one label is completed by the network that this machine is in.
  if (!name.includes('.') || privateSuffixes.some((suffix) => name.endsWith(suffix)))
    return 'private'
  return 'name'
}

const privateSuffixes = ['.local', '.localdomain', '.internal', '.home.arpa']

/** A host as it is compared: in lowercase, without brackets around addresses and without the dot of the root. */
export function plainHost(host: string): string {
  const bare = host.includes(':') && !host.includes('[') && addressKind(host) ? `[${host}]` : host
  const { hostname, port } = URL.canParse(`https://${bare}`)
    ? new URL(`https://${bare}`)
    : { hostname: bare.toLowerCase(), port: '' }
  const plain = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return port === '' ? plain : `${plain} ${port}`
}

function isName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label))
}
