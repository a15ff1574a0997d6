import { escapeHtml, plainName } from './html.ts'
import { layout, type Page } from './layout.ts'

export interface Problem {
  readonly status: number
  /** The code of the error, for whoever builds the client. */
  readonly error?: string
  readonly description: string
}

/** Says what went wrong to somebody who cannot be sent back. */
export function errorPage({ status, error, description }: Problem): Page {
  const code = error
    ? `<p class="soft">Error: <code>${escapeHtml(plainName(error))}</code></p>`
    : ''
  return layout({
    status,
    title: 'This did not work',
    content: `<p>${escapeHtml(plainName(description, 500))}</p>
<p>Go back to the application and start again there.</p>${code}`,
  })
}
