/** What all features of one server share. */
import {
  type CacheHints,
  isEncoded,
  metaKeys,
  type OnError,
  type Result,
  withEncoded,
} from '@lutra/core'
import { createSeal, type Seal } from '@lutra/core/seal'
import type { AskingSettings } from './ask/asking.ts'
import type { JsonObject } from './definition.ts'
import { createLogger } from './deprecate.ts'
import type { CachedMethod, Limits, Logger, ServerOptions } from './server-types.ts'

export interface Environment {
  readonly name: string
  /** The `_meta` of every result: who the server is. */
  readonly meta: JsonObject
  readonly seal: Seal
  readonly asking: AskingSettings
  readonly limits: Limits
  readonly logger: Logger
  readonly onError: OnError
  readonly logging: boolean
  readonly pageSize: number
  readonly sealCursors: boolean
  readonly listForbidden: boolean
  /** The cache hints of a method's results, `own` ones first. */
  hints(method: CachedMethod, own?: Partial<CacheHints>): CacheHints
}

export function createEnvironment(options: ServerOptions): Environment {
  const { cache = {}, pageSize = Number.POSITIVE_INFINITY, logging = true } = options
  for (const field of ['name', 'version'] as const) {
    if (typeof options[field] === 'string' && options[field] !== '') continue
    throw new TypeError(`Expected createServer to be given a ${field}`)
  }
  if (!(pageSize >= 1)) throw new TypeError(`Expected pageSize to be at least 1: ${pageSize}`)
  const logger = options.logger ?? createLogger()
  return {
    name: options.name,
    meta: Object.freeze({ [metaKeys.serverInfo]: infoOf(options) }),
    seal: createSeal(options.keys),
    asking: options.asking ?? {},
    limits: { ...defaults, ...options.limits },
    logger,
    onError:
      options.onError ??
      ((error, { id, method }) => logger.error(`${method} failed (${id})`, error)),
    logging,
    pageSize: Math.floor(pageSize),
    sealCursors: options.sealCursors ?? false,
    listForbidden: options.listForbidden ?? false,
    hints(method, own) {
      const { ttlMs = 0, cacheScope = 'private' } = { ...cache[method], ...own }
      if (Number.isSafeInteger(ttlMs) && ttlMs >= 0) return { ttlMs, cacheScope }
      throw new TypeError(
        `Expected ttlMs of ${method} to be a whole number of milliseconds: ${ttlMs}`,
      )
    },
  }
}

/** Tells of an error that belongs to no call. */
export function tell(error: unknown, { onError }: Environment): void {
  onError(error, { id: crypto.randomUUID(), method: '' })
}

/** Who a server says that it is. */
export function infoOf({ name, version, title, description, websiteUrl, icons }: ServerOptions) {
  return {
    name,
    version,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(websiteUrl !== undefined && { websiteUrl }),
    ...(icons && { icons }),
  }
}

/** A result as it leaves the server: complete unless it says otherwise, and signed with who made it. */
export function signed(result: Result, meta: JsonObject): Result {
  const own = result._meta
  if (own === meta && result.resultType) return result
  const known = isEncoded(result) ? signedBefore.get(result) : undefined
  if (known?.meta === meta) return known.result
  const _meta = own === undefined || own === meta ? meta : { ...own, ...meta }
  const complete = { ...result, resultType: result.resultType ?? 'complete', _meta }
  if (isEncoded(result)) signedBefore.set(result, { meta, result: withEncoded(complete) })
  return complete
}

/** Results that are sent many times, as they left a server of this meta. */
const signedBefore = new WeakMap<Result, { readonly meta: JsonObject; readonly result: Result }>()

const defaults: Limits = {
  subscriptions: 10_000,
  urisPerSubscription: 1_000,
  subscriptionsLength: 64 * 1024 * 1024,
  notificationsPerSecond: 100,
  uriLength: 8_192,
}
