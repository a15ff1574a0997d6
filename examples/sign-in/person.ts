/**
 * Stands for a person with a browser: opens a page of the authorization server, presses the button that allows, and follows where that
 * leads, to the client that waits for it.
 */
export async function visit(start: string | URL): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = new URL(start)
  const { origin } = url
  let form: URLSearchParams | undefined
  for (let step = 0; step < 12; step += 1) {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { body: form }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const page = await response.text()
    const location = response.headers.get('location')
    form = undefined
    if (location !== null) {
      url = new URL(location, url)
      if (url.origin !== origin) return url
    } else {
      const [, token = ''] = /name="token" value="([^"]*)"/.exec(page) ?? []
      const [, decision = ''] = /value="(allow[^"]*)"/.exec(page) ?? []
      form = new URLSearchParams({ token, decision })
    }
  }
  throw new Error('The person has lost their way')
}
