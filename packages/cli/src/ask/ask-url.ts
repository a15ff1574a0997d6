/** Pages that a server wants opened. See /specification/2026-07-28/client/elicitation#safe-url-handling */
import { domainToUnicode } from 'node:url'
import { log, select } from '@clack/prompts'
import type { QuestionContext, UrlQuestion } from '@lutra/client'
import { openBrowser } from '@lutra/client/auth-node'
import type { ElicitResult } from '@lutra/core'
import type { CommandContext } from '../command.ts'
import { safeText } from '../terminal/safe-text.ts'
import { ask } from './terminal.ts'
import { whoAsks } from './who-asks.ts'

/** Shows a person the whole address and its host, and opens it where they agree. Nothing looks at the page before. */
export async function askByUrl(
  { message, url }: UrlQuestion,
  about: QuestionContext,
  context: CommandContext,
): Promise<{ action: ElicitResult['action'] }> {
  const lines = [
    whoAsks(about),
    safeText(message),
    '',
    `Address: ${url.href}`,
    `Host:    ${url.host}`,
  ]
  log.step(lines.join('\n'), { output: process.stderr })
  const looks = domainToUnicode(url.hostname)
  if (looks !== url.hostname) {
    log.warn(
      `The host reads as ${looks}: letters of other scripts may look like those of another name`,
      {
        output: process.stderr,
      },
    )
  }
  const next = await ask(
    (options) =>
      select({
        ...options,
        message: 'Open this page?',
        initialValue: 'decline',
        options: [
          { value: 'open', label: 'Open it', hint: 'in the browser' },
          { value: 'self', label: 'I open it myself', hint: 'copy the address' },
          { value: 'decline', label: 'Decline', hint: 'say no to the server' },
          { value: 'cancel', label: 'Cancel', hint: 'give no answer' },
        ],
      }),
    { ...context, signal: about.signal },
  )
  if (next === 'decline') return { action: 'decline' }
  if (next !== 'open' && next !== 'self') return { action: 'cancel' }
  if (next === 'open' && !(await openBrowser(url))) {
    context.output.warn(`No browser could be started; open the page yourself: ${url.href}`)
  }
  return { action: 'accept' }
}
