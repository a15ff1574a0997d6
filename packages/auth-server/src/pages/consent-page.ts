/**
 * What people are asked before a client gets anything.
 * See /specification/2026-07-28/basic/security_best_practices#confused-deputy-problem
 */
import { isDocumentUrl, isNative } from '../clients/client-rules.ts'
import { escapeHtml, plainName } from './html.ts'
import { formTarget, layout, type Page } from './layout.ts'

export interface ConsentQuestion {
  readonly server: string
  readonly client: {
    readonly id: string
    readonly name: string
    readonly redirectUris: readonly string[]
  }
  readonly redirectUri: string
  readonly resources: readonly { readonly url: string; readonly scopes: readonly string[] }[]
  /** Who is signed in, where somebody is. */
  readonly user?: string
  /** Test users, each a button, where one click signs in. */
  readonly testUsers?: readonly { readonly id: string; readonly name: string }[]
  readonly token: string
  /** Where else answering can lead. */
  readonly formTargets: readonly string[]
}

/** Shows who asks for what, and where the answer goes. */
export function consentPage(question: ConsentQuestion): Page {
  const { client, redirectUri, resources, server } = question
  const name = plainName(client.name)
  const facts: [string, string][] = [
    [
      'Application',
      isDocumentUrl(client.id) ? `${name} (published by ${new URL(client.id).host})` : name,
    ],
    ['Client id', client.id],
    ['You are sent back to', destination(redirectUri)],
  ]
  return layout({
    title: `Let ${name} in?`,
    formTargets: [formTarget(redirectUri), ...question.formTargets],
    content: `<p><strong>${escapeHtml(name)}</strong> asks ${escapeHtml(plainName(server))} for access.</p>
<dl>${facts.map(([term, fact]) => `<dt>${term}</dt><dd>${escapeHtml(plainName(fact, 2000))}</dd>`).join('')}</dl>
${warning(question)}
${resources.map(resourceHtml).join('\n')}
${question.user ? `<p class="soft">Signed in as ${escapeHtml(plainName(question.user))}.</p>` : ''}
${form(question)}`,
  })
}

function resourceHtml({ url, scopes }: ConsentQuestion['resources'][number]): string {
  const items = scopes.map((scope) => `<li>${escapeHtml(plainName(scope, 500))}</li>`).join('')
  return `<h2>At <code>${escapeHtml(plainName(url, 2000))}</code> it could</h2><ul>${items}</ul>`
}

/** The host that the answer goes to, or in plain words where that is no host. */
function destination(redirectUri: string): string {
  const url = new URL(redirectUri)
  if (!/^https?:$/.test(url.protocol)) return `an application on this device (${url.protocol})`
  return isNative(url) ? `this device (${url.host})` : url.host
}

function warning({ client }: ConsentQuestion): string {
  const local = client.redirectUris.every((uri) => URL.canParse(uri) && isNative(new URL(uri)))
  if (!local) return ''
  return `<p class="warning" role="note">This application runs on your device, so any other application on it could call itself by this name. Go on only if you have just started it yourself.</p>`
}

function form({ token, testUsers, user }: ConsentQuestion): string {
  const allow = testUsers
    ? testUsers.map(({ id, name }) => allowButton(`Allow as ${name}`, id)).join('')
    : allowButton('Allow')
  const other =
    user && !testUsers
      ? '<button name="decision" value="other">Allow as somebody else</button>'
      : ''
  const note = testUsers
    ? '<p class="warning" role="note">Development mode: whoever clicks is signed in.</p>'
    : ''
  return `${note}<form method="post">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<div class="buttons">${allow}${other}<button name="decision" value="deny">Deny</button></div>
</form>`
}

function allowButton(label: string, user = ''): string {
  const value = escapeHtml(`allow ${user}`.trim())
  return `<button class="main" name="decision" value="${value}">${escapeHtml(plainName(label))}</button>`
}
