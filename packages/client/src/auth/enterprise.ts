/** Employees, by the identity provider of their company. See the extension io.modelcontextprotocol/enterprise-managed-authorization. */
import type { AuthorizationServer, ClientAuth } from 'oauth4webapi'
import type { WayIn } from '../http/authorizer.ts'
import { AuthError } from './auth-error.ts'
import { type ClientCredential, clientAuthOf, publicAuth } from './client-auth.ts'
import { exchangeForGrant } from './enterprise/identity-grant.ts'
import { type IdentityProvider, identityProvider } from './enterprise/identity-provider.ts'
import {
  forgetSession,
  type IdentitySource,
  type Subject,
  subjectOf,
} from './enterprise/subject.ts'
import type { Grant, Need } from './grant.ts'
import { jwtBearer, programGrant, requestTokens } from './grant-request.ts'
import { oauth } from './oauth.ts'
import type { AuthOptions } from './options.ts'

/** What a company's employees get in by. */
export type Enterprise = IdentitySource & {
  readonly identityProvider: IdentityProvider
} & ServerClient

/** Who this program is at the authorization servers of the servers: registered there, or known by its metadata document. */
export type ServerClient =
  | { readonly client: ClientCredential | readonly ClientCredential[] }
  | { readonly metadataUrl: string }

/**
 * Gets an employee into every server that the company's identity provider lets them use: signed in once, there, and asked nothing
 * more. Make one and use it for all servers.
 */
export function enterprise(company: Enterprise, options: AuthOptions = {}): WayIn {
  // The user has named the identity provider: it may be inside, as most of a company is.
  const { hostname } = new URL(company.identityProvider.issuer)
  const allowHosts = [...(options.allowHosts ?? []), hostname]
  return oauth(enterpriseGrant(company), { ...options, allowHosts })
}

/** The grant of an identity provider. */
export function enterpriseGrant(company: Enterprise): Grant {
  const provider = identityProvider(company.identityProvider)
  const clientFor = clientChooser(company)
  const grantFor = async (need: Need, clientId: string): Promise<string> => {
    const { fetch, signal, store } = need
    const reach = { fetch, signal }
    const find = () => subjectOf(provider, company, { ...reach, store })
    const exchange = (subject: Subject) =>
      exchangeForGrant(provider, { subject, need, clientId, reach })
    const subject = await find()
    try {
      return await exchange(subject)
    } catch (error) {
      if (!('signIn' in company) || !asksForPerson(error)) throw error
      await forgetSession(provider, store, subject.token)
      return exchange(await find())
    }
  }
  const obtain: Grant['obtain'] = async (need) => {
    mustTakeGrants(need.authorizationServer)
    const { clientId, auth } = await clientFor(need.authorizationServer)
    return requestTokens(need, {
      clientId,
      auth,
      grantType: jwtBearer,
      // A grant is good once: each attempt has its own, and none is kept.
      parameters: async () => ({ assertion: await grantFor(need, clientId) }),
      doing: `the grant of ${provider.issuer}`,
    })
  }
  return programGrant(
    obtain,
    clientsOf(company).map(({ issuer }) => issuer),
  )
}

function clientsOf(company: ServerClient): readonly ClientCredential[] {
  if ('metadataUrl' in company) return []
  return 'clientId' in company.client ? [company.client] : company.client
}

interface KnownClient {
  readonly clientId: string
  readonly auth: ClientAuth
}

function clientChooser(
  company: ServerClient,
): (server: AuthorizationServer) => Promise<KnownClient> {
  if ('metadataUrl' in company) return async (server) => documentClient(company.metadataUrl, server)
  const known = clientsOf(company).map((client) => ({ client, authFor: clientAuthOf(client) }))
  return async (server) => {
    const { issuer } = server
    const chosen =
      known.find(({ client }) => client.issuer === issuer) ??
      known.find(({ client }) => client.issuer === undefined) ??
      known[0]
    if (!chosen) throw new TypeError('enterprise() needs a `client`, or a `metadataUrl`')
    return { clientId: chosen.client.clientId, auth: await chosen.authFor(server) }
  }
}

function documentClient(url: string, server: AuthorizationServer): KnownClient {
  if (server['client_id_metadata_document_supported'] !== true) {
    const message = `${server.issuer} does not read metadata documents of clients`
    throw new AuthError(
      'registration',
      `${message}: register this one there, give it as \`client\``,
    )
  }
  return { clientId: url, auth: publicAuth(url) }
}

function asksForPerson(error: unknown): boolean {
  return error instanceof AuthError && error.code === 'interaction_required'
}

/** Servers that do not say which grants they take may take this one; those that say so are believed. */
function mustTakeGrants(server: AuthorizationServer): void {
  const profiles = server['authorization_grant_profiles_supported']
  if (!Array.isArray(profiles) || profiles.includes(profile)) return
  const message = `${server.issuer} takes no grants of identity providers`
  throw new AuthError('authorization', `${message}: its metadata does not list ${profile}`)
}

const profile = 'urn:ietf:params:oauth:grant-profile:id-jag'
