import type { Landing, Need, Registration } from '@lutra/client/auth'
import { openBrowser, openLoopback } from '@lutra/client/auth-node'
import type { CommandContext } from '../command.ts'
import { readPasted } from './pasted.ts'

/** How a page is shown: in the browser of this machine, or as an address to open anywhere. */
export type Showing = 'browser' | 'address'

export interface LandingOptions {
  readonly showing: Showing
  /** Where to come back to, where a client was registered with another place than usual. */
  readonly redirectUri?: string | undefined
  readonly need: Need
  readonly known: Registration | undefined
}

/** A place on this machine for the browser to come back to; the address that it ended at may be pasted as well. */
export async function openLanding(
  { showing, redirectUri, need, known }: LandingOptions,
  context: CommandContext,
): Promise<Landing> {
  const { issuer } = need.authorizationServer
  const loopback = await openLoopback({
    name: 'Lutra',
    redirectUri,
    before: known?.redirectUris,
  })
  const { output } = context
  return {
    redirectUri: loopback.redirectUri,
    async show(url, signal) {
      output.note(`Sign in at ${url.href}`)
      const over = new AbortController()
      const either = AbortSignal.any([signal, over.signal])
      // Whoever is quick is back before the browser is known to have been opened.
      const arrived = loopback.arrived(either, { url, issuer })
      arrived.catch(() => {})
      try {
        const opened = showing === 'browser' && (await openBrowser(url))
        if (opened) return await arrived
        if (showing === 'browser') {
          output.note('No browser could be started; open the page yourself')
        }
        const pasted = readPasted(loopback.redirectUri, { ...context, signal: either })
        return await Promise.race([arrived, pasted])
      } finally {
        over.abort()
      }
    },
    close: () => loopback.close(),
  }
}
