import type { InteractionResults } from 'oidc-provider'
import { errorPage } from '../pages/error-page.ts'
import type { Page } from '../pages/layout.ts'
import type { User } from '../sign-in/sign-in.ts'
import { type Flow, type FlowParts, takeStep } from './flow.ts'
import { requested } from './requested.ts'

/** Grants what was asked for and sends the person back to the client. */
export async function finish(parts: FlowParts, flow: Flow, user: User): Promise<Response> {
  const { provider, users } = parts
  if (user !== flow.user) await users.remember(user)
  if (!(await users.find(user.id))) return refuse(parts, flow, 'this user is not let in here')
  if (!(await takeStep(parts, flow.uid, 'finished'))) return respond(answeredPage())
  const grant = new provider.Grant({ accountId: user.id, clientId: flow.client.clientId })
  for (const { indicator, scopes } of requested(parts, flow))
    if (scopes.length > 0) grant.addResourceScope(indicator, scopes.join(' '))
  if (String(flow.interaction.params['scope']).split(' ').includes('openid'))
    grant.addOIDCScope('openid')
  const grantId = await grant.save()
  if (flow.interaction.session?.accountId !== user.id) await leaveSession(parts, flow)
  return goOn(flow, {
    consent: { grantId },
    ...(user === flow.user ? {} : { login: { accountId: user.id } }),
  })
}

/** Who comes as somebody else has a new session: what the old one remembers is not theirs. */
async function leaveSession({ provider }: FlowParts, { interaction }: Flow): Promise<void> {
  if (!interaction.session) return
  const session = await provider.Session.findByUid(interaction.session.uid)
  await session?.destroy()
  delete interaction.session
}

/** Sends the person back without anything. */
export async function refuse(parts: FlowParts, flow: Flow, why: string): Promise<Response> {
  if (!(await takeStep(parts, flow.uid, 'finished'))) return respond(answeredPage())
  return goOn(flow, { error: 'access_denied', error_description: why })
}

async function goOn({ interaction }: Flow, result: InteractionResults): Promise<Response> {
  interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result }
  await interaction.persist()
  const headers = { location: interaction.returnTo, 'cache-control': 'no-store' }
  return new Response(null, { status: 303, headers })
}

/** A page as a response. */
export function respond({ status, headers, body }: Page): Response {
  return new Response(body, { status, headers: { ...headers } })
}

/** What somebody is told whose question was answered, is too old, or began in another browser. */
export function answeredPage(): Page {
  return errorPage({
    status: 400,
    description: 'This question has been answered, has expired, or was asked in another browser.',
  })
}
