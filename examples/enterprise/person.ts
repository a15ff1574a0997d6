import type { Landing } from '@lutra/client/auth'

/**
 * Stands for a person with a browser: opens the page, types a name, presses the buttons, and follows where that leads. In a program
 * for people, a browser is opened here in its place.
 */
export function personCalled(name: string): { landing: () => Landing; shown: URL[] } {
  const shown: URL[] = []
  const landing = (): Landing => ({
    redirectUri: 'http://127.0.0.1:8765/callback',
    async show(url) {
      shown.push(url)
      return walk(url, name)
    },
  })
  return { landing, shown }
}

async function walk(start: URL, name: string): Promise<URL> {
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
    if (location === null) {
      form = new URLSearchParams({ name, answer: 'allow' })
      continue
    }
    form = undefined
    url = new URL(location, url)
    if (url.origin !== start.origin) return url
  }
  throw new Error('The person has lost their way')
}
