/** One resource or resource template, made ready to be read. See /specification/2026-07-28/server/resources */
import {
  type Call,
  type Handler,
  invalidParams,
  isInputRequired,
  isObject,
  parseTemplate,
  type ResourceDescription,
  type ResourceTemplateDescription,
  type Result,
  type RpcError,
} from '@lutra/core'
import { assertScopes, mayUse } from '@lutra/core/access'
import type { Environment } from '../environment.ts'
import type { AnyResource } from '../server-types.ts'
import type { UsedFeature } from '../use.ts'
import { type Guarded, readScopes } from './access.ts'
import { compileCompleters } from './completers.ts'
import { toContents } from './contents.ts'
import { type Job, perform, withMessage } from './perform.ts'

/** A resource with a fixed URI. */
export interface ResourceEntry extends Guarded {
  readonly description: ResourceDescription
  readonly read: Handler
}

/** Resources that share a URI template. */
export interface TemplateEntry extends Guarded {
  readonly description: ResourceTemplateDescription
  /** What reads this URI, or undefined where the template does not match it. */
  readonly open: (uri: string) => Handler | undefined
  /** Its instances, for `resources/list`. */
  readonly list?: (call: Call) => Promise<readonly ResourceDescription[]>
  readonly complete?: Handler | undefined
}

export function isTemplate({ uri }: AnyResource): boolean {
  return uri.includes('{')
}

/** Makes a resource ready; throws `TypeError` where its URI is none. */
export function compileResource(resource: AnyResource, env: Environment): ResourceEntry {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(resource.uri)) throw noUri(resource.uri)
  const { size } = resource
  const description = {
    uri: resource.uri,
    ...describe(resource),
    ...(size !== undefined && { size }),
  }
  const feature = featureOf(resource)
  const read = createRead(resource, feature, env)
  return { description, scopes: feature.scopes, read: (call) => read(call, {}) }
}

/** Makes a template ready; throws `TypeError` where it is malformed or completes what is no parameter of it. */
export function compileTemplate(resource: AnyResource, env: Environment): TemplateEntry {
  const { list, uri, complete = {} } = resource
  const template = parseTemplate(uri)
  if (!/^[A-Za-z{][A-Za-z0-9+.{}-]*:|^\{/.test(uri)) throw noUri(uri)
  const feature = featureOf(resource)
  const { scopes } = feature
  const read = createRead(resource, feature, env)
  const job = { feature, uses: resource.uses }
  const listed = list as ((ctx: unknown) => unknown) | undefined
  return {
    description: { uriTemplate: uri, ...describe(resource) },
    scopes,
    complete: compileCompleters(
      { owner: ownerOf(resource), scopes, names: template.names, completers: complete },
      env,
    ),
    open(target) {
      const params = template.match(target)
      return params && ((call) => read(call, params))
    },
    ...(listed && {
      async list(call: Call) {
        if (!mayUse(call, scopes)) return []
        const found = await perform(call, { ...job, run: (ctx) => listed(ctx) }, env)
        return toListed(found, resource)
      },
    }),
  }
}

/** Says that there is no such resource. */
export function notFound(uri: string): RpcError {
  return invalidParams(`Resource not found: ${uri.slice(0, 200)}`, { uri })
}

function createRead(resource: AnyResource, feature: UsedFeature, env: Environment) {
  const { scopes } = feature
  const given = env.hints('resources/read', resource.cache)
  const hints = scopes.length > 0 ? { ...given, cacheScope: 'private' as const } : given
  const stale = { ...hints, ttlMs: 0 }
  const run = resource.read as (params: unknown, ctx: unknown) => unknown
  const base: Omit<Job, 'run'> = { feature, uses: resource.uses }
  return async (call: Call, params: object): Promise<Result> => {
    assertScopes(call, scopes, ownerOf(resource))
    const uri = String(call.params['uri'])
    const job = { ...base, run: (ctx: unknown) => run(params, ctx) }
    const found = await perform(call, job, env).catch(withMessage)
    if (isObject(found) && isInputRequired(found)) return found
    if (found === undefined || found === null) throw notFound(uri)
    const contents = toContents(found, { uri, mimeType: resource.mimeType })
    // What came of answers to questions is not what the next caller would get.
    const isRetry = 'inputResponses' in call.params || 'requestState' in call.params
    return { resultType: 'complete', contents, ...(isRetry ? stale : hints), _meta: env.meta }
  }
}

function featureOf(resource: AnyResource): UsedFeature {
  const { uri, tags = [] } = resource
  return {
    kind: 'resource',
    name: uri,
    scopes: readScopes(resource.scopes, ownerOf(resource)),
    tags,
  }
}

function ownerOf({ uri }: AnyResource): string {
  return `resource "${uri}"`
}

function describe(resource: AnyResource) {
  const { name = resource.uri, title, description, mimeType, icons, annotations, _meta } = resource
  return {
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(mimeType !== undefined && { mimeType }),
    ...(icons && { icons }),
    ...(annotations && { annotations }),
    ...(_meta && { _meta }),
  }
}

function toListed(found: unknown, { uri, mimeType }: AnyResource): readonly ResourceDescription[] {
  if (!Array.isArray(found))
    throw new TypeError(`Expected list of resource "${uri}" to give an array`)
  return found.map((item: Omit<ResourceDescription, 'name'> & { name?: string }) => ({
    name: item.uri,
    ...(mimeType !== undefined && { mimeType }),
    ...item,
  }))
}

function noUri(uri: string): TypeError {
  return new TypeError(`Expected a URI with a scheme, such as "docs://readme": "${uri}"`)
}
