/** The pages between an authorization request and its answer. See /specification/2026-07-28/basic/authorization#authorization-flow-steps */

import { type ConsentQuestion, consentPage } from '../pages/consent-page.ts'
import { errorPage } from '../pages/error-page.ts'
import { formTarget } from '../pages/layout.ts'
import { bindingValue, isBinding } from '../provider/cookies.ts'
import { routes } from '../provider/routes.ts'
import type { User } from '../sign-in/sign-in.ts'
import type { UpstreamSignIn } from '../sign-in/upstream.ts'
import { answeredPage, finish, refuse, respond } from './finish.ts'
import { type Flow, type FlowParts, findFlow, hasConsented, takeStep } from './flow.ts'
import { requested } from './requested.ts'

export interface AnswerParts extends FlowParts {
  readonly upstream: UpstreamSignIn | undefined
  /** Tells whoever runs the server of what people are not told. */
  report(error: unknown): void
}

/** Answers a request for a page of an interaction, or the way back from an upstream provider. */
export async function answerInteraction(
  parts: AnswerParts,
  path: string,
  request: Request,
): Promise<Response> {
  if (path === routes.callback) return comeBack(parts, request)
  const [uid = '', page] = path.slice(routes.interaction.length + 1).split('/')
  const flow = await findFlow(parts, uid, request)
  if (!flow) return respond(answeredPage())
  if (page === 'sign-in') return askFunction(parts, flow, request)
  if (page !== undefined)
    return respond(errorPage({ status: 404, description: 'There is no such page.' }))
  if (request.method === 'POST') return decide(parts, flow, request)
  return respond(consentPage(question(parts, flow)))
}

function question(parts: AnswerParts, flow: Flow): ConsentQuestion {
  const { settings, keys } = parts
  const { client, interaction, uid, user } = flow
  const { signIn } = settings
  const test =
    typeof signIn === 'object' && signIn.kind === 'development' ? signIn.users : undefined
  const away = typeof signIn === 'object' && signIn.kind === 'upstream' ? signIn.issuer : undefined
  return {
    server: settings.name,
    client: {
      id: client.clientId,
      name: client.clientName ?? client.clientId,
      redirectUris: client.redirectUris ?? [],
    },
    redirectUri: String(interaction.params['redirect_uri']),
    resources: requested(parts, flow).map(({ resource, scopes }) => ({
      url: resource.url,
      scopes: scopes.map((scope) => resource.scopes.get(scope) ?? scope),
    })),
    token: bindingValue(keys, ['form', uid, client.clientId]),
    // A provider may send people through hosts of its own before it sends them back.
    formTargets: away ? [formTarget(away), 'https:'] : [],
    ...(user ? { user: user.name ?? user.id } : {}),
    ...(test ? { testUsers: test.map(({ id, name = id }) => ({ id, name })) } : {}),
  }
}

async function decide(parts: AnswerParts, flow: Flow, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  const site = request.headers.get('sec-fetch-site')
  const mine = isBinding(parts.keys, form.get('token') ?? undefined, [
    'form',
    flow.uid,
    flow.client.clientId,
  ])
  if (!mine || (site !== null && site !== 'same-origin'))
    return respond(
      errorPage({ status: 403, description: 'This answer did not come from our page.' }),
    )
  const [decision, ...user] = (form.get('decision') ?? '').split(' ')
  if (decision !== 'allow' && decision !== 'other')
    return refuse(parts, flow, 'the user denied access')
  if (!(await takeStep(parts, flow.uid, 'consented'))) return respond(answeredPage())
  const chosen = user.join(' ')
  const stays = flow.user && decision === 'allow' && (chosen === '' || chosen === flow.user.id)
  return stays ? finish(parts, flow, flow.user) : signIn(parts, flow, chosen)
}

async function signIn(parts: AnswerParts, flow: Flow, chosen: string): Promise<Response> {
  const { settings, upstream } = parts
  const way = settings.signIn
  if (upstream)
    return redirect(await upstream.begin(flow.uid, { another: flow.user !== undefined }))
  if (typeof way === 'object' && way.kind === 'development') {
    const user = way.users.find(({ id }) => id === chosen)
    return user ? finish(parts, flow, user) : refuse(parts, flow, 'there is no such test user')
  }
  return redirect(`${settings.url.origin}${settings.path}${routes.interaction}/${flow.uid}/sign-in`)
}

async function askFunction(parts: AnswerParts, flow: Flow, request: Request): Promise<Response> {
  const { signIn: ask } = parts.settings
  if (typeof ask !== 'function' || !(await hasConsented(parts, flow.uid)))
    return respond(answeredPage())
  const wanted = requested(parts, flow)
  const said = await ask(request, {
    clientId: flow.client.clientId,
    clientName: flow.client.clientName ?? flow.client.clientId,
    resources: wanted.map(({ resource }) => resource.url),
    scopes: [...new Set(wanted.flatMap(({ scopes }) => scopes))],
  })
  return isUser(said) ? finish(parts, flow, said) : said
}

function isUser(said: User | Response): said is User {
  return !(said instanceof Response)
}

async function comeBack(parts: AnswerParts, request: Request): Promise<Response> {
  const { upstream } = parts
  const url = new URL(request.url)
  const visit = await upstream?.interactionOf(url)
  const flow = visit && (await findFlow(parts, visit.uid, request))
  if (!upstream || !visit || !flow) return respond(answeredPage())
  let user: User | undefined
  try {
    user = await upstream.finish(url, visit)
  } catch (cause) {
    parts.report(cause)
    return refuse(parts, flow, 'the sign-in did not succeed')
  }
  return user ? finish(parts, flow, user) : refuse(parts, flow, 'this user is not let in here')
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } })
}
