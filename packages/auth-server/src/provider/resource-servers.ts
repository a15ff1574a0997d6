/**
 * Which tokens are for whom: every token names the one server it is for, and nobody gets one for a server that is not known.
 * See /specification/2026-07-28/basic/authorization#resource-parameter-implementation
 */
import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import { scopesOfClients } from '../clients/known-clients.ts'
import type { Keys } from '../keys.ts'
import type { Resource } from '../resources.ts'
import type { Settings } from '../settings.ts'

export interface ResourceServers {
  defaultResource(
    ctx: KoaContextWithOIDC,
    client: unknown,
    oneOf?: readonly string[],
  ): string | readonly string[]
  getResourceServerInfo(
    ctx: KoaContextWithOIDC,
    url: string,
    client: { readonly clientId: string },
  ): ResourceServer
  /** What a client can have at a resource. */
  describe(resource: Resource, clientId: string): ResourceServer
}

/** What the provider asks about resources. */
export function createResourceServers(settings: Settings, keys: Keys): ResourceServers {
  const limits = scopesOfClients(settings)

  function describe(resource: Resource, clientId: string): ResourceServer {
    const { alg, kid } = keys.signer()
    return {
      scope: allowed(resource, clientId).join(' '),
      audience: resource.url,
      accessTokenTTL: settings.lifetimes.accessToken,
      accessTokenFormat: resource.tokens,
      jwt: { sign: { alg: (alg ?? 'RS256') as 'RS256', ...(kid === undefined ? {} : { kid }) } },
    }
  }

  function allowed({ scopes }: Resource, clientId: string): string[] {
    const limit = limits.get(clientId)
    return [...scopes.keys()].filter((scope) => limit?.includes(scope) ?? true)
  }

  return {
    describe,
    defaultResource(_ctx, _client, oneOf) {
      if (oneOf) return oneOf
      if (settings.defaultResource !== undefined) return settings.defaultResource
      throw new errors.InvalidTarget(
        'resource is required: the URL of the server that the token is for',
      )
    },
    getResourceServerInfo(ctx, url, { clientId }) {
      const resource = settings.resources.find(url)
      if (!resource)
        throw new errors.InvalidTarget('resource is not a server that tokens are issued for')
      if (choosesScopes(ctx)) {
        const can = allowed(resource, clientId)
        const params = ctx.oidc.params ?? {}
        const asked = readScope(params['scope'])
        if (asked.length === 0)
          params['scope'] = resource.defaultScopes.filter((s) => can.includes(s)).join(' ')
        else if (!asked.some((scope) => settings.resources.scopes.includes(scope)))
          throw new errors.InvalidScope('none of the scopes is known here', asked.join(' '))
      }
      return describe(resource, clientId)
    },
  }
}

/** The words of a scope parameter without those that say nothing about a resource. */
export function readScope(scope: unknown): string[] {
  if (typeof scope !== 'string') return []
  return scope.split(' ').filter((word) => word && word !== 'openid' && word !== 'offline_access')
}

/** Where scopes are asked for, rather than taken from what was granted before. */
function choosesScopes({ oidc }: KoaContextWithOIDC): boolean {
  const { route, params } = oidc
  if (route === 'token') return params?.['grant_type'] === 'client_credentials'
  return route === 'authorization' || route === 'pushed_authorization_request'
}
