import { createHash } from 'node:crypto'
import { escapeHtml } from './html.ts'

/** One page, as its headers and its HTML. */
export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface PageParts {
  readonly title: string
  /** HTML, in which everything from elsewhere is escaped. */
  readonly content: string
  readonly status?: number
  /** Where the page's form may lead in the end: browsers hold redirects against the policy too. */
  readonly formTargets?: readonly string[]
}

/** Puts a page together: no script, nothing from elsewhere, in nobody's frame, kept by nobody. */
export function layout({ title, content, status = 200, formTargets = [] }: PageParts): Page {
  const policy = [
    "default-src 'none'",
    `style-src '${styleHash}'`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`,
  }
}

/** Where a form may lead that ends at `url`, in the words of a content security policy. */
export function formTarget(url: string): string {
  const { protocol, host, hostname } = new URL(url)
  const hasHost = /^https?:$/.test(protocol) && !hostname.startsWith('[')
  return hasHost ? `${protocol}//${host}` : protocol
}

const style = `
:root{color-scheme:light dark;--text:#1a1c1f;--soft:#5c636b;--line:#d9dde2;--page:#f4f5f7;--card:#fff;--accent:#1f5fbf;--on-accent:#fff;--warn:#8a4b00;--warn-page:#fff4e0}
@media (prefers-color-scheme:dark){:root{--text:#e8eaed;--soft:#a3abb3;--line:#3a4048;--page:#15181c;--card:#1e2329;--accent:#8ab4f8;--on-accent:#10151b;--warn:#ffcc80;--warn-page:#3a2c14}}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:30rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 1rem;font-size:1.35rem;line-height:1.3;overflow-wrap:anywhere}
h2{margin:1.25rem 0 .25rem;font-size:1rem}
p{margin:.5rem 0}
ul{margin:.25rem 0;padding-left:1.25rem}
dl{margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.5rem}
dt{color:var(--soft);font-size:.875rem}
dd{margin:0 0 .5rem;overflow-wrap:anywhere}
dd:last-child{margin:0}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
.warning{margin:1rem 0;padding:.75rem 1rem;border-left:.25rem solid var(--warn);background:var(--warn-page);color:var(--warn)}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
button{flex:1;min-width:8rem;min-height:2.75rem;padding:.5rem 1rem;border:1px solid var(--line);border-radius:.5rem;background:transparent;color:inherit;font:inherit;font-weight:600;cursor:pointer}
button.main{border-color:var(--accent);background:var(--accent);color:var(--on-accent)}
button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.soft{color:var(--soft);font-size:.875rem}
`

const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`
