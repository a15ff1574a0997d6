import { get } from 'node:http'

/**
 * Stands for a person with a browser: opens the page, types a name, presses the buttons, and follows where that leads, back to the
 * program at last. Programs for people leave it out, and the browser of the machine is opened.
 */
export function personCalled(name: string): { open: (url: URL) => boolean; shown: URL[] } {
  const shown: URL[] = []
  const open = (url: URL): boolean => {
    shown.push(url)
    walk(url, name).catch((error: unknown) => console.error(error))
    return true
  }
  return { open, shown }
}

async function walk(start: URL, name: string): Promise<void> {
  const cookies = new Map<string, string>()
  let url = start
  let form: URLSearchParams | undefined
  for (let step = 0; step < 12; step += 1) {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
      ...(form && { body: form }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(key, value)
    }
    const location = response.headers.get('location')
    form = location === null ? new URLSearchParams({ name, answer: 'allow' }) : undefined
    if (location !== null) url = new URL(location, url)
    // Back at the program, as a browser comes: `fetch` would say that a page is behind it.
    if (url.origin !== start.origin) return void get(url, (page) => page.resume())
  }
  throw new Error('The person has lost their way')
}
