/** Tokens that their authorization server is asked about. See RFC 7662 */
import { createGauge } from '../http/gauge.ts'
import { type Fetching, fetchJson } from './fetch-json.ts'
import { readUnverified } from './jwt-source.ts'
import type { IntrospectionOptions } from './options.ts'
import { readClaims } from './read-claims.ts'
import { InvalidToken, Unavailable } from './refusal.ts'
import { issuerUrl } from './resource.ts'
import { type Means, maxAsked, type Source } from './source.ts'

/** Asks about each token; who asks often keeps the answers. */
export function createIntrospection(options: IntrospectionOptions, means: Means): Source {
  const { issuer } = options
  const url = issuerUrl(options.endpoint, 'the endpoint of introspection').href
  const { headers, fields } = credentialsOf(options)
  const underWay = createGauge(maxAsked)

  return async (token) => {
    // What is plainly of somebody else is none of this authorization server's business.
    const named = readUnverified(token)?.iss
    if (named !== undefined && named !== issuer) return undefined
    const body = new URLSearchParams({ token, token_type_hint: 'access_token', ...fields })
    if (!underWay.enter()) throw new Unavailable(`More tokens wait for ${url} than are asked about`)
    const { active, ...claims } = await ask(url, { headers, body }, means.fetching).finally(
      underWay.leave,
    )
    if (active !== true) throw new InvalidToken('The token is unknown, revoked or has expired')
    if (claims['iss'] !== undefined && claims['iss'] !== issuer) {
      throw new InvalidToken('The token is of another issuer')
    }
    return readClaims({ ...claims, iss: issuer }, options, means.rules)
  }
}

function ask(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: URLSearchParams },
  fetching: Fetching,
): Promise<Record<string, unknown>> {
  const init = { method: 'POST', headers: { ...headers, ...form }, body: body.toString() }
  return fetchJson(url, init, fetching)
}

const form = {
  'content-type': 'application/x-www-form-urlencoded',
  accept: 'application/json',
}

function credentialsOf({ clientId, clientSecret, authMethod = 'basic' }: IntrospectionOptions) {
  if (authMethod === 'post') {
    return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } }
  }
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`
  return { headers: { authorization: `Basic ${btoa(pair)}` }, fields: {} }
}

/** As RFC 6749, section 2.3.1, wants it before the Base64. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
