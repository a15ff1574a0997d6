import { get } from 'node:http'

/**
 * Stands for a person with a browser: opens the page, presses a button, and follows where that leads, back to the program at last.
 * Resolves to the page that was shown.
 */
export async function person(start: URL, decision: string): Promise<string> {
  const cookies = new Map<string, string>()
  const open = async (to: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(to, { ...init, redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    return response
  }
  const first = await open(start.href)
  const address = new URL(first.headers.get('location') ?? '', start).href
  const page = await (await open(address)).text()
  const token = /name="token" value="([^"]*)"/.exec(page)?.[1] ?? ''
  let response = await open(address, {
    method: 'POST',
    body: new URLSearchParams({ token, decision }),
  })
  for (;;) {
    const to = new URL(response.headers.get('location') ?? '', start)
    if (to.origin !== start.origin) {
      // As a browser comes back: `fetch` would say that a page is behind it.
      get(to, (last) => last.resume())
      return page
    }
    response = await open(to.href)
  }
}
