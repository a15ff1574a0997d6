/** A way in for tests: a person who follows every redirect at once, without a browser. */
import {
  type AuthOptions,
  type ClientIdentity,
  codeGrant,
  memoryCredentials,
  oauth,
  type WayIn,
} from '@lutra/client/auth'

export interface Visit {
  readonly auth: WayIn
  /** The pages that the person was shown. */
  readonly opened: readonly URL[]
  /** What the connection warned of. */
  readonly warned: readonly string[]
}

const redirectUri = 'http://127.0.0.1:9/callback'

export function visiting(options: AuthOptions & ClientIdentity = {}): Visit {
  const opened: URL[] = []
  const warned: string[] = []
  const grant = codeGrant({
    name: 'Tests',
    ...options,
    open: (need) => {
      const { warn } = need
      Object.assign(need, {
        warn: (message: string) => {
          warned.push(message)
          warn(message)
        },
      })
      return { redirectUri, show: async (url) => follow(url, opened) }
    },
  })
  return { auth: oauth(grant, { store: memoryCredentials(), ...options }), opened, warned }
}

async function follow(start: URL, opened: URL[]): Promise<URL> {
  opened.push(start)
  let url = start
  for (let hop = 0; hop < 10; hop++) {
    const response = await fetch(url, { redirect: 'manual' })
    await response.body?.cancel()
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${url.origin} leads nowhere: ${response.status}`)
    url = new URL(location, url)
    if (url.href.startsWith(redirectUri)) return url
  }
  throw new Error('Redirected in circles')
}
