import { createHash } from 'node:crypto'

/** What a person reads when they come back from signing in. */
export interface Page {
  readonly title: string
  readonly lines: readonly string[]
}

/** The page of an answer that was waited for. What a server says of a failure is shown only where it is sure to be that server. */
export function pageOf(answer: URLSearchParams, name: string, isFromIssuer: boolean): Page {
  if (answer.has('code')) {
    return { title: 'You can close this page', lines: [`${name} has what it needs to go on.`] }
  }
  const error = isFromIssuer ? answer.get('error') : null
  const words = isFromIssuer ? answer.get('error_description') : null
  const lines = [
    error === 'access_denied' ? 'Access was denied.' : `Go back to ${name} for what to do.`,
    ...(error === null ? [] : [`The server says: ${cut(error, 100)}`]),
    ...(words === null ? [] : [cut(words, 300)]),
  ]
  return { title: 'Signing in did not work', lines }
}

export const foreignPage: Page = {
  title: 'This is not what was waited for',
  lines: ['Nothing was taken from it. If you are signing in, go on in the other window.'],
}

const style =
  'body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}'

/** A page without scripts, and without anything from elsewhere. */
export function printPage({ title, lines }: Page): string {
  const text = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
${text}
</html>
`
}

/** The headers of all of them: the address holds a code, which stays here. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  connection: 'close',
}

function cut(text: string, length: number): string {
  // Controls and marks that turn text around may make it say something else.
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
  return plain.length > length ? `${plain.slice(0, length)}…` : plain
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
