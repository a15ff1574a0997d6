import type { Landing } from '@lutra/client/auth'
import { openBrowser } from '../ask/open-browser.ts'
import type { CommandContext } from '../command.ts'
import { openLoopback } from './loopback.ts'
import { readPasted } from './pasted.ts'

/** How a page is shown: in the browser of this machine, or as an address to open anywhere. */
export type Showing = 'browser' | 'address'

/** A place on this machine for the browser to come back to; the address that it ended at may be pasted as well. */
export async function openLanding(showing: Showing, context: CommandContext): Promise<Landing> {
  const loopback = await openLoopback()
  const { output } = context
  return {
    redirectUri: loopback.redirectUri,
    async show(url, signal) {
      output.note(`Sign in at ${url.href}`)
      const opened = showing === 'browser' && (await openBrowser(url))
      if (showing === 'browser' && !opened)
        output.note('No browser could be started; open the page yourself')
      const over = new AbortController()
      const either = AbortSignal.any([signal, over.signal])
      const pasted = opened
        ? []
        : [readPasted(loopback.redirectUri, { ...context, signal: either })]
      try {
        return await Promise.race([loopback.arrived, ...pasted])
      } finally {
        over.abort()
      }
    },
    close: () => loopback.close(),
  }
}
