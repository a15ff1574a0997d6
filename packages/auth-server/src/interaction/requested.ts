import type { Interaction } from 'oidc-provider'
import { createResourceServers, readScope } from '../provider/resource-servers.ts'
import type { Resource } from '../resources.ts'
import type { Flow, FlowParts } from './flow.ts'

export interface RequestedResource {
  /** As the client wrote it, which is how the provider knows it. */
  readonly indicator: string
  readonly resource: Resource
  readonly scopes: readonly string[]
}

/** What a client asks for, in so far as it can be had. */
export function requested(
  { settings, keys }: FlowParts,
  { interaction, client }: Flow,
): readonly RequestedResource[] {
  const servers = createResourceServers(settings, keys)
  const asked = readScope(interaction.params['scope'])
  return indicators(interaction).flatMap((indicator) => {
    const resource = settings.resources.find(indicator)
    if (!resource) return []
    const can = servers.describe(resource, client.clientId).scope.split(' ')
    return { indicator, resource, scopes: asked.filter((scope) => can.includes(scope)) }
  })
}

function indicators({ params }: Interaction): readonly string[] {
  const { resource } = params
  if (Array.isArray(resource)) return resource.filter((one) => typeof one === 'string')
  return typeof resource === 'string' ? [resource] : []
}
