/** From the options of `bearer` to the parts that it stands on. */
import { createApiKeys } from './api-keys.ts'
import { createFunctionSource, createOpaqueSource } from './function-source.ts'
import { createIntrospection } from './introspection.ts'
import { createJwtSource } from './jwt-source.ts'
import type { BearerOptions, IssuerOptions } from './options.ts'
import { anyOf, type Means, type Source } from './source.ts'

/** Everything that can say what a token is worth, in the order in which it is asked. */
export function createSources(options: BearerOptions, means: Means): Source {
  const { introspection, apiKeys = [], verify } = options
  const issuers = issuersOf(options)
  const sources: Source[] = []
  if (apiKeys.length > 0) sources.push(createApiKeys(apiKeys, means))
  if (issuers.length > 0) sources.push(createJwtSource(issuers, means))
  for (const issuer of issuers) if (issuer.verify) sources.push(createOpaqueSource(issuer, means))
  if (introspection) sources.push(createIntrospection(introspection, means))
  if (verify) sources.push(createFunctionSource(verify, means))
  if (sources.length > 0) return anyOf(sources)
  throw new TypeError(
    'bearer() needs to know whose tokens are good: give it issuers, introspection, apiKeys or verify',
  )
}

/** Where clients are sent for a token. */
export function authorizationServersOf(options: BearerOptions): readonly string[] {
  const all = [...issuersOf(options), ...(options.introspection ? [options.introspection] : [])]
  const named = all.map(({ issuer, authorizationServer = issuer }) => authorizationServer)
  return [...new Set(named.filter((name) => name !== false))]
}

function issuersOf({ issuers = [], jwks }: BearerOptions): readonly IssuerOptions[] {
  const several = Array.isArray(issuers) ? issuers : [issuers as string | IssuerOptions]
  const all = several.map((one: string | IssuerOptions) =>
    typeof one === 'string' ? { issuer: one } : one,
  )
  if (jwks === undefined) return all
  const [issuer, ...others] = all
  if (!issuer || others.length > 0) {
    throw new TypeError('jwks are the keys of one issuer: name it in issuers, and no other')
  }
  return [{ ...issuer, ...(typeof jwks === 'string' ? { jwksUri: jwks } : { jwks }) }]
}
