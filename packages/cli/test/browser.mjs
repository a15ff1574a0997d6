/**
 * A browser without a screen, for `BROWSER`: goes where it is sent, keeps cookies, fills the forms in that it meets, and ends where a
 * sign-in ends. `PERSON` is who types; `ANSWER` is what they say to consent; `ENDED_AT` is a file for the address of the last page, which
 * is then not opened.
 */
import { writeFileSync } from 'node:fs'

const { PERSON = 'ada', ANSWER = 'allow', ENDED_AT } = process.env
const jars = new Map()
const back = new URL(process.argv[2]).searchParams.get('redirect_uri')

let next = { url: new URL(process.argv[2]) }
for (let step = 0; next && step < 20; step++) next = await visit(next)

async function visit({ url, form }) {
  if (url.href.startsWith(back)) {
    if (ENDED_AT) writeFileSync(ENDED_AT, url.href)
    else await fetch(url)
    return undefined
  }
  const jar = jars.get(url.origin) ?? new Map()
  jars.set(url.origin, jar)
  const response = await fetch(url, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(form && { body: new URLSearchParams(form) }),
  })
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (name) jar.set(name, value)
  }
  const to = response.headers.get('location')
  if (to !== null) return { url: new URL(to, url) }
  const page = await response.text()
  if (!page.includes('<form')) return undefined
  const action = /<form[^>]*\baction="([^"]*)"/.exec(page)?.[1]
  return {
    url: action ? new URL(action.replaceAll('&amp;', '&'), url) : url,
    form: page.includes('name="name"') ? { name: PERSON } : { answer: ANSWER },
  }
}
