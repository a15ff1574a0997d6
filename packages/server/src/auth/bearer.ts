/** Lets in who brings a token that is good for this server. See /specification/2026-07-28/basic/authorization#access-token-usage */
import type { Authenticator } from '../http/authenticator.ts'
import type { HttpHead } from '../http/exchange.ts'
import type { Shared } from '../server-types.ts'
import { createAdmission } from './admission.ts'
import { createComplaints } from './complain.ts'
import { hasTokenInUrl, readCredentials } from './credentials.ts'
import { createProofCheck } from './dpop.ts'
import { createDrops } from './drops.ts'
import { createMetadata, createMetadataDoor } from './metadata.ts'
import type { BearerOptions, DPoPOptions } from './options.ts'
import { createReplies } from './replies.ts'
import { canonicalResource } from './resource.ts'
import { authorizationServersOf, createSources } from './settings.ts'
import { createTokenCache, type Dropping } from './token-cache.ts'

/** What protects a server, and what it tells of itself. */
export interface Bearer extends Authenticator {
  /** The Protected Resource Metadata; undefined where no authorization server is known. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined
  /**
   * Where the metadata is to be found, in paths of this host. `serveNode` and `serveHttp` answer there by themselves; within a
   * framework, route these paths to the same listener: `app.all(['/mcp', ...auth.metadataPaths], listener)`.
   */
  readonly metadataPaths: readonly string[]
  /**
   * Forgets tokens, so that the next request with one of them is checked anew; says how many there were here. Reaches all
   * instances of a server that was given a bus.
   */
  drop(which: Dropping): number
  share(shared: Shared): void
}

/**
 * Protects a server by access tokens: `serveNode(server, { auth: bearer({ resource: 'https://mcp.example.com/mcp', issuers:
 * 'https://auth.example.com' }) })`.
 */
export function bearer(options: BearerOptions): Bearer {
  const { scopes = [], now = Date.now, maxTokenLength = 16_384 } = options
  const onError = options.onError ?? createComplaints(now)
  const resource = canonicalResource(options.resource)
  const proofs = createProofCheck(dpopOf(options), { resource, now })
  const metadata = createMetadata({
    resource,
    authorizationServers: authorizationServersOf(options),
    scopes,
    dpop: options.dpop === undefined ? undefined : proofs,
    more: options.metadata,
  })
  const replies = createReplies({ scopes, metadataUrl: metadata?.url, dpop: proofs })
  const toleranceMs = (options.clockToleranceSeconds ?? 5) * 1000
  const source = createSources(options, {
    rules: { resource, toleranceMs, now },
    fetching: { fetch: options.fetch, timeoutMs: options.timeoutMs ?? 5000 },
    onError,
  })
  const cache = createTokenCache(options.cache?.max ?? 10_000)
  const drops = createDrops({ cache, resource, onError })
  const admission = createAdmission({
    options: { ...options, onError },
    source,
    cache,
    proofs,
    replies,
    now,
  })

  function read(
    head: HttpHead,
    header: string | undefined,
  ): ReturnType<Authenticator['authenticate']> {
    const credentials = readCredentials(head, maxTokenLength)
    if (typeof credentials === 'object' && 'malformed' in credentials) {
      return admission.refuseMalformed(credentials.malformed)
    }
    if (credentials === 'none' || header === undefined) return replies.anonymous
    return admission.check(head, header, credentials)
  }

  return {
    authenticate(head) {
      const header = head.header('authorization')
      const known = header === undefined ? undefined : cache.get(header)
      // A token that is not bound, known and still good: all there is to do for most requests.
      const isEasy = known && !known.bound && !known.lacks && known.until > now()
      return isEasy && !hasTokenInUrl(head.url) ? known.auth : read(head, header)
    },
    open: createMetadataDoor(metadata),
    challenge: replies.challenge,
    metadata: metadata?.document,
    metadataPaths: metadata?.paths ?? [],
    drop: drops.drop,
    share({ store, bus }) {
      if (bus) drops.join(bus)
      if (store) proofs.share(store)
    },
  }
}

function dpopOf({ dpop = {} }: BearerOptions): DPoPOptions {
  return dpop === 'required' ? { required: true } : dpop
}
