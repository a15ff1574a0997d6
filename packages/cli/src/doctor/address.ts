import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { connect, type PeerCertificate } from 'node:tls'
import type { Examination } from './finding.ts'
import { see } from './see.ts'
import { troubleOf } from './trouble.ts'

/** Looks at the address alone: its scheme, its name, its certificate. Whether it makes sense to go on. */
export async function examineAddress(examination: Examination): Promise<boolean> {
  const { server, say } = examination
  if (server.protocol === 'http:' && !isLocal(server.hostname)) {
    say('address', 'odd', {
      what: 'The URL is plain http: tokens would travel for all on the way to read',
      side: 'the MCP server',
      fix: 'Serve it over https, and use that URL; http is for this machine alone',
      see: see.https,
    })
  }
  if (server.hash) {
    say('address', 'odd', {
      what: `The URL has a fragment (${server.hash}), which is sent to nobody`,
      side: 'this command line',
      fix: 'Leave it out: tokens are bound to the URL without it',
      see: see.resource,
    })
  }
  if (!(await examineName(examination))) return false
  return server.protocol === 'https:' ? examineCertificate(examination) : true
}

async function examineName({ server, say, busy }: Examination): Promise<boolean> {
  const name = server.hostname.replace(/^\[|\]$/g, '')
  if (isIP(name)) return true
  busy(`Looking up ${name}`)
  try {
    const found = await lookup(name, { all: true })
    const addresses = found.map(({ address }) => address).slice(0, 4)
    say('address', 'good', `${name} is ${addresses.join(', ')}`)
    return true
  } catch (error) {
    const trouble = troubleOf(error, server)
    say(
      'address',
      'bad',
      trouble ?? { what: `${name} could not be looked up`, side: 'the network' },
    )
    return false
  }
}

async function examineCertificate(examination: Examination): Promise<boolean> {
  const { server, say, busy } = examination
  busy(`Connecting to ${server.host}`)
  try {
    const { protocol, certificate } = await shakeHands(examination)
    const until = certificate.valid_to
      ? `, its certificate is valid until ${certificate.valid_to}`
      : ''
    say('address', 'good', `${server.host} speaks ${protocol ?? 'TLS'}${until}`)
    return true
  } catch (error) {
    examination.signal.throwIfAborted()
    const trouble = troubleOf(error, server)
    const what = `No TLS connection to ${server.host}: ${(error as Error).message}`
    say('address', 'bad', trouble ?? { what, side: 'the network' })
    return false
  }
}

interface Shaken {
  readonly protocol: string | null
  readonly certificate: PeerCertificate
}

function shakeHands({ server, signal, timeoutMs }: Examination): Promise<Shaken> {
  const host = server.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(server.port || 443),
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: ['http/1.1'],
    })
    const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const abort = () =>
      socket.destroy(Object.assign(new Error('It took too long'), { code: 'ETIMEDOUT' }))
    stop.addEventListener('abort', abort, { once: true })
    socket.once('secureConnect', () => {
      resolve({ protocol: socket.getProtocol(), certificate: socket.getPeerCertificate() })
      socket.end()
    })
    socket.once('error', reject)
    socket.once('close', () => stop.removeEventListener('abort', abort))
  })
}

function isLocal(hostname: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
