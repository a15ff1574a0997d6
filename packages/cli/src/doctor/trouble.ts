import type { Side } from './finding.ts'

/** Why a server could not be spoken to, in plain words. */
export interface Trouble {
  readonly what: string
  readonly side: Side
  readonly fix: string
}

/** What an error of the network means; undefined where it is none that is known. */
export function troubleOf(error: unknown, url: URL): Trouble | undefined {
  const code = codeOf(error)
  if (code === undefined) return undefined
  const { hostname, host } = url
  const known = new Map<string, Trouble>([
    ...list(['ENOTFOUND', 'EAI_NONAME', 'ENODATA'], {
      what: `There is no host ${hostname}: its name is not known to DNS`,
      side: 'the network',
      fix: 'Check the spelling, and whether the name is known only inside some network or VPN',
    }),
    ...list(['EAI_AGAIN', 'ETIMEOUT'], {
      what: `The name ${hostname} could not be looked up: DNS does not answer`,
      side: 'the network',
      fix: 'Check the connection of this machine, then try again',
    }),
    ...list(['ECONNREFUSED'], {
      what: `Nobody listens at ${host}: the connection was refused`,
      side: 'the network',
      fix: 'Check that it runs, and the port of the URL',
    }),
    ...list(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH'], {
      what: `No connection to ${host} comes about`,
      side: 'the network',
      fix: 'Check firewalls, proxies and VPNs between here and there',
    }),
    ...list(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'], {
      what: `${host} closed the connection without an answer`,
      side: 'the network',
      fix: 'Check that the port speaks HTTP, and what stands in front of it',
    }),
    ...list(['CERT_HAS_EXPIRED'], certificate(host, 'has expired')),
    ...list(['CERT_NOT_YET_VALID'], certificate(host, 'is not valid yet')),
    ...list(['ERR_TLS_CERT_ALTNAME_INVALID'], certificate(host, 'is for another name')),
    ...list(
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
      certificate(host, 'is signed by nobody whom this machine trusts'),
    ),
    ...list(
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
      certificate(host, 'comes without the certificates in between'),
    ),
    ...list(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'], {
      what: `${host} does not speak TLS`,
      side: 'the network',
      fix: 'Check the port, and whether the URL should begin with http://',
    }),
  ])
  return known.get(code)
}

function certificate(host: string, what: string): Trouble {
  return {
    what: `The certificate of ${host} ${what}`,
    side: 'the network',
    fix: 'Whoever runs the host has to set up another one; NODE_EXTRA_CA_CERTS names a file of authorities to trust besides',
  }
}

function list(codes: readonly string[], trouble: Trouble): [string, Trouble][] {
  return codes.map((code) => [code, trouble])
}

function codeOf(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 8) return undefined
  const { code, errors, tried } = error as { code?: unknown; errors?: unknown; tried?: unknown }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code
  const inner = [
    ...(Array.isArray(errors) ? errors : []),
    ...(Array.isArray(tried) ? tried.map((attempt) => attempt?.error) : []),
    error.cause,
  ]
  for (const one of inner) {
    const found = codeOf(one, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
