/** Signing in through the browser of this machine. See /specification/2026-07-28/basic/authorization */
import type { WayIn } from '../../http/authorizer.ts'
import type { MaybePromise } from '../../options.ts'
import { AuthError } from '../auth-error.ts'
import { codeGrant, type Landing } from '../code-grant.ts'
import type { Registration } from '../credentials.ts'
import { hostKind } from '../host-kind.ts'
import { oauth } from '../oauth.ts'
import type { AuthOptions, ClientIdentity } from '../options.ts'
import { openLoopback } from './loopback.ts'
import { openBrowser } from './open-browser.ts'

export interface BrowserOptions extends AuthOptions, ClientIdentity, LandingOptions {}

/** How the browser of this machine is used. */
export interface LandingOptions {
  /** What the page at the end calls this program. Default: `The program`. */
  readonly name?: string
  /** Where to come back to, as it was registered: http on loopback, any free port where it names none. Default: `http://127.0.0.1/callback`. */
  readonly redirectUri?: string
  /** The port to come back to, where the authorization server takes no other. Default: any that is free. */
  readonly port?: number
  /** Milliseconds until nobody is waited for any more. Default: 5 minutes. */
  readonly timeoutMs?: number
  /** Shows a page to the person; resolves to whether it could. Default: `openBrowser`. */
  readonly open?: (url: URL) => MaybePromise<boolean>
  /** Told where to sign in, where no browser could be opened. Default: prints it to stderr. */
  readonly onUrl?: (url: URL) => void
}

/** Gets the person at this machine in, by the browser that they have. */
export function browser(options: BrowserOptions = {}): WayIn {
  const grant = codeGrant({
    ...options,
    open: (need, known) => openLanding(options, need.authorizationServer.issuer, known),
  })
  return oauth(grant, options)
}

/** Opens a place on this machine to come back to, which shows pages in the browser. */
export async function openLanding(
  options: LandingOptions,
  issuer: string,
  known?: Registration,
): Promise<Landing> {
  const loopback = await openLoopback({
    redirectUri: redirectUriOf(options),
    before: known?.redirectUris,
    name: options.name,
    timeoutMs: options.timeoutMs,
  })
  return {
    redirectUri: loopback.redirectUri,
    close: loopback.close,
    async show(url, signal) {
      assertPage(url)
      const arrived = loopback.arrived(signal, { url, issuer })
      const back = arrived.then(
        () => true,
        () => true,
      )
      if (!(await Promise.race([back, tryToOpen(url, options)]))) (options.onUrl ?? printUrl)(url)
      return arrived
    },
  }
}

function redirectUriOf({
  redirectUri = 'http://127.0.0.1/callback',
  port,
}: LandingOptions): string {
  if (port === undefined || !URL.canParse(redirectUri)) return redirectUri
  const url = new URL(redirectUri)
  url.port = String(port)
  return url.href
}

async function tryToOpen(url: URL, { open = openBrowser }: LandingOptions): Promise<boolean> {
  try {
    return await open(url)
  } catch {
    return false
  }
}

/** Whatever else it may be, what is handed to another program is a page. */
function assertPage({ protocol, hostname, username, password }: URL): void {
  const encrypted =
    protocol === 'https:' || (protocol === 'http:' && hostKind(hostname) === 'loopback')
  if (encrypted && username === '' && password === '') return
  throw new AuthError(
    'unsafe_url',
    `Only https pages, and http ones on loopback, are opened, not ${protocol.slice(0, 32)}//${hostname.slice(0, 255)}`,
  )
}

function printUrl(url: URL): void {
  process.stderr.write(`To sign in, open this page in a browser on this machine:\n${url.href}\n`)
}
