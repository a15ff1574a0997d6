import { isLoopback } from './loopback.ts'
import type { AuthServerOptions, Lifetimes } from './options.ts'
import { type Resources, readResources } from './resources.ts'

/** What was configured, read once: everything inside trusts it. */
export interface Settings extends Omit<AuthServerOptions, 'resources' | 'lifetimes' | 'name'> {
  readonly resources: Resources
  readonly lifetimes: Required<Lifetimes>
  readonly name: string
  readonly url: URL
  /** The path of the issuer without a slash at its end: '' for most. */
  readonly path: string
  readonly secure: boolean
}

const day = 24 * 3600

/** Reads what an authorization server was given; a TypeError says what is wrong with it. */
export function readSettings(options: AuthServerOptions): Settings {
  const url = readIssuer(options.issuer)
  const { resources: _, lifetimes, name = url.host, ...rest } = options
  const resources = readResources(options)
  if (options.defaultResource !== undefined && !resources.find(options.defaultResource))
    throw new TypeError(`defaultResource: ${options.defaultResource} is not one of the resources`)
  if (isDevelopment(options) && !isLoopback(url.hostname))
    throw new TypeError(
      `development() signs in whoever clicks: it works at a loopback issuer alone, not at ${url.origin}. Use upstream() or a function.`,
    )
  return {
    ...rest,
    resources,
    name,
    url,
    path: url.pathname.replace(/\/$/, ''),
    secure: url.protocol === 'https:',
    lifetimes: {
      accessToken: 600,
      refreshToken: 14 * day,
      grant: 90 * day,
      session: 14 * day,
      ...lifetimes,
    },
  }
}

function readIssuer(issuer: string): URL {
  if (!URL.canParse(issuer)) throw new TypeError(`issuer: ${JSON.stringify(issuer)} is no URL`)
  const url = new URL(issuer)
  if (url.search || url.hash || issuer.includes('?') || issuer.includes('#'))
    throw new TypeError(`issuer: ${issuer} must have neither query nor fragment`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw new TypeError(`issuer: ${issuer} must be an https URL (http is for loopback alone)`)
  return url
}

/** Whether whoever clicks is signed in. */
export function isDevelopment({ signIn }: Pick<AuthServerOptions, 'signIn'>): boolean {
  return typeof signIn === 'object' && signIn.kind === 'development'
}
