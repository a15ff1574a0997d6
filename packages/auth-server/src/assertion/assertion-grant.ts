/** Tokens for assertions (RFC 7523): of an enterprise's identity provider, or of the platform that a program runs on. */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type Provider from 'oidc-provider'
import { errors, type ResourceServerInstance, type TokenEndpointGrantContext } from 'oidc-provider'
import {
  buildTokenResponse,
  checkDpopReplay,
  checkDpopRequired,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js'
import { jwtBearer } from '../clients/known-clients.ts'
import type { Keys } from '../keys.ts'
import { createResourceServers, readScope } from '../provider/resource-servers.ts'
import type { Settings } from '../settings.ts'
import { type Admitted, invalidGrant } from './admitted.ts'
import { type Admit, createIdentityAdmission, identityAssertionType } from './identity-assertion.ts'
import { createWorkloadAdmission } from './workload.ts'

type Context = TokenEndpointGrantContext<{ readonly assertion?: unknown }>

/** Who is admitted by which assertions; keys of issuers are kept here. */
export function createAdmission(settings: Settings): Admit {
  const { enterprise, workloads = [] } = settings
  const identity = enterprise && createIdentityAdmission(enterprise, settings)
  const workload = createWorkloadAdmission(workloads, settings)
  return async (request) => {
    if (readType(request.assertion) !== identityAssertionType) return workload(request)
    if (!identity) throw invalidGrant('identity assertions are not accepted here')
    return identity(request)
  }
}

export interface GrantParts {
  readonly settings: Settings
  readonly keys: Keys
  readonly admit: Admit
}

/** Adds the grant to a provider. */
export function registerAssertionGrant(
  provider: Provider,
  { settings, keys, admit }: GrantParts,
): void {
  const handler = async (ctx: Context) => {
    const { params, client } = ctx.oidc
    const { assertion } = params
    if (typeof assertion !== 'string')
      throw new errors.InvalidRequest("missing required parameter 'assertion'")
    const dpop = await validateDpop(provider, ctx)
    checkDpopRequired(provider, ctx, dpop)
    const admitted = await admit({
      assertion,
      claimed: readUnproven(assertion),
      clientId: client.clientId,
    })
    const { server, scope } = grantedBy(ctx, admitted)
    await checkDpopReplay(provider, ctx, dpop, client.clientId)
    await admitted.spend()
    const token = await createToken(ctx, admitted, server)
    token.scope = scope
    if (dpop) token.setThumbprint('jkt', dpop.thumbprint)
    ctx.body = buildTokenResponse(provider, {
      accessToken: await token.save(),
      expiresIn: token.expiration,
      scope,
      tokenType: token.tokenType,
    })
  }
  const grantedBy = createScopeChoice(provider, settings, keys)
  provider.registerGrantType(jwtBearer, handler, ['assertion', 'scope', 'resource'])
}

function createScopeChoice(provider: Provider, settings: Settings, keys: Keys) {
  const servers = createResourceServers(settings, keys)
  return ({ oidc }: Context, { resource: asserted, scopes }: Admitted) => {
    const asked = oidc.params.resource
    const indicator = asserted ?? asked ?? settings.defaultResource
    if (typeof indicator !== 'string') throw new errors.InvalidTarget('resource is required')
    const resource = settings.resources.find(indicator)
    if (!resource && asserted !== undefined)
      throw invalidGrant('its resource is not a server of ours')
    if (!resource)
      throw new errors.InvalidTarget('resource is not a server that tokens are issued for')
    if (typeof asked === 'string' && settings.resources.find(asked) !== resource)
      throw invalidGrant('its resource is another one')
    const info = servers.describe(resource, oidc.client.clientId)
    const wanted = readScope(oidc.params.scope)
    const scope = (wanted.length > 0 ? wanted : (scopes ?? resource.defaultScopes))
      .filter((one) => info.scope.split(' ').includes(one) && (scopes?.includes(one) ?? true))
      .join(' ')
    if (scope === '')
      throw new errors.InvalidScope('none of the scopes is allowed', wanted.join(' '))
    return { server: new provider.ResourceServer(resource.url, info), scope }
  }
}

async function createToken(
  { oidc: { provider, client } }: Context,
  { subject }: Admitted,
  resourceServer: ResourceServerInstance,
) {
  if (subject === undefined) return new provider.ClientCredentials({ client, resourceServer })
  // What can be revoked hangs on a grant, and lives no longer than the token.
  const grant = new provider.Grant({ accountId: subject, clientId: client.clientId })
  Object.assign(grant, { expiresIn: resourceServer.accessTokenTTL })
  grant.addResourceScope(resourceServer.identifier(), resourceServer.scope)
  return new provider.AccessToken({
    accountId: subject,
    client,
    resourceServer,
    grantId: await grant.save(),
    gty: jwtBearer,
  })
}

function readType(assertion: string): string | undefined {
  try {
    return decodeProtectedHeader(assertion)
      .typ?.toLowerCase()
      .replace(/^application\//, '')
  } catch (cause) {
    throw invalidGrant('it is no JWT', cause)
  }
}

function readUnproven(assertion: string) {
  try {
    return decodeJwt(assertion)
  } catch (cause) {
    throw invalidGrant('it is no JWT', cause)
  }
}
