import ipaddr from 'ipaddr.js'

/**
 * Where an address leads: to everybody's internet, to a network of this place, to this machine, or where no server of anybody's
 * should be: metadata of clouds, link-local, multicast, reserved ranges, and the tunnels that could hide any of these.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden'

/** Where an IP address leads, by its text; undefined where it is none. Brackets are left out; a zone is forbidden. */
export function addressKind(text: string): AddressKind | undefined {
  // A zone names an interface of this machine, so that it is never public.
  if (text.includes('%')) return ipaddr.IPv6.isValid(text) ? 'forbidden' : undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return kindOf4(ipaddr.IPv4.parse(text))
  if (text.includes(':') && ipaddr.IPv6.isValid(text)) return kindOf6(ipaddr.IPv6.parse(text))
  return undefined
}

type IPv4 = ipaddr.IPv4
type IPv6 = ipaddr.IPv6

// Metadata services that are not in link-local ranges: Alibaba Cloud, Azure, Oracle Cloud, AWS and Google Cloud by IPv6.
const metadata = new Set(
  ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'].map((text) =>
    ipaddr.parse(text).toNormalizedString(),
  ),
)

// Proxies that make up an address for each name take the benchmarking range for it.
const benchmarking4 = ipaddr.IPv4.parseCIDR('198.18.0.0/15')
const global6 = ipaddr.IPv6.parseCIDR('2000::/3')
const documentation6 = ipaddr.IPv6.parseCIDR('3fff::/20')
const localNat64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48')

function kindOf4(address: IPv4): AddressKind {
  if (metadata.has(address.toNormalizedString())) return 'forbidden'
  if (address.match(benchmarking4)) return 'private'
  switch (address.range()) {
    case 'unicast':
      return 'public'
    case 'loopback':
      return 'loopback'
    case 'private':
    case 'carrierGradeNat':
      return 'private'
    default:
      return 'forbidden'
  }
}

function kindOf6(address: IPv6): AddressKind {
  if (metadata.has(address.toNormalizedString())) return 'forbidden'
  switch (address.range()) {
    case 'loopback':
      return 'loopback'
    case 'uniqueLocal':
      return 'private'
    case 'ipv4Mapped':
      return kindOf4(address.toIPv4Address())
    // Networks with IPv6 alone reach the old internet by these, and the gateway might reach its own network too.
    case 'rfc6052':
      return address.match(localNat64) ? 'forbidden' : tunnelled(address)
    case 'unicast':
      return isGlobal(address) ? 'public' : 'forbidden'
    default:
      return 'forbidden'
  }
}

function tunnelled({ parts }: IPv6): AddressKind {
  const [high = 0, low = 0] = parts.slice(6)
  const inner = kindOf4(new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]))
  return inner === 'public' ? 'public' : 'forbidden'
}

function isGlobal(address: IPv6): boolean {
  const { parts } = address
  // ISATAP: an IPv4 address in the lower half.
  const isatap = parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x200)
  return address.match(global6) && !address.match(documentation6) && !isatap
}
