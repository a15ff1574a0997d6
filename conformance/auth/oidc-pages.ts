import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'

/** A request and the reply to it. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** The pages of plain `oidc-provider`: who are you, and may this client do that. Whether the request was for one of them. */
export async function answerInteractions(provider: Provider, exchange: Exchange): Promise<boolean> {
  const { request, response } = exchange
  if (!request.url?.startsWith('/interaction/')) return false
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
  if (request.method !== 'POST') {
    const scope = String(params['scope'] ?? '')
    response.setHeader('content-type', 'text/html').end(page(prompt.name, scope))
    return true
  }
  const form = new URLSearchParams(await readBody(request))
  if (form.get('answer') === 'deny') {
    const result = { error: 'access_denied', error_description: 'The person said no' }
    await provider.interactionFinished(request, response, result)
    return true
  }
  if (prompt.name === 'login') {
    const result = { login: { accountId: form.get('name') ?? 'nobody' } }
    await provider.interactionFinished(request, response, result)
    return true
  }
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({
      accountId: session?.accountId ?? '',
      clientId: String(params['client_id']),
    })
  const { missingOIDCScope, missingResourceScopes } = prompt.details as Missing
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '))
  }
  const result = { consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
  return true
}

interface Missing {
  readonly missingOIDCScope?: readonly string[]
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
}

const buttons =
  '<button name="answer" value="allow">Allow</button><button name="answer" value="deny">Deny</button>'

function page(prompt: string, scope: string): string {
  const body =
    prompt === 'login'
      ? '<h1>Sign in</h1><input name="name" aria-label="Name"><button>Continue</button>'
      : `<h1>Allow?</h1><p id="scope">${scope.replaceAll(/[<&]/g, '')}</p>${buttons}`
  return `<!doctype html><title>Plain</title><form method="post">${body}</form>`
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}
