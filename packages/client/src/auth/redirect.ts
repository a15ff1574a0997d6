/** Signing in on the way through a web application, whose begin and end are two requests of a browser. */
import type { WayIn } from '../http/authorizer.ts'
import { warnBy } from '../options.ts'
import { AuthError } from './auth-error.ts'
import { issuersOf } from './code-grant.ts'
import {
  assertSafeCodes,
  type CodeRequest,
  isRedirectUri,
  redirectUriAdvice,
  requestCode,
} from './code-request.ts'
import { type Callback, readCallback, redeemCode } from './code-response.ts'
import type { CredentialStore, PendingAuthorization } from './credentials.ts'
import { alone, createEngine, type Engine, needFor, serverOf } from './engine.ts'
import type { Grant } from './grant.ts'
import { assertBound } from './need.ts'
import { oauth } from './oauth.ts'
import type { AuthOptions, ClientIdentity, ClientKey } from './options.ts'
import { byRefreshToken } from './refresh.ts'
import { assertIdentity, registrationOf } from './register.ts'
import { renew } from './renew.ts'
import { parseScope, printScope } from './scope.ts'

export interface RedirectOptions extends AuthOptions, ClientIdentity {
  /** The credentials of one user: whoever shares them, shares who they are. See `storeCredentials()`. */
  readonly store: CredentialStore
  /** The page of the application that people come back to: it hands its URL to `finish`. */
  readonly redirectUri: string
}

/**
 * The way in of a web application, for one of its users: `store` is theirs. Calls that need somebody to sign in throw `AuthError`
 * `interaction_required`, with the `url` to send them to.
 */
export interface RedirectWayIn extends WayIn {
  /**
   * Prepares to send a person to sign in at a server, before any call is refused; undefined where that is not needed. Keep `state` in
   * the session of their browser, and give it to `finish`.
   */
  begin(
    server: string | URL,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly url: URL; readonly state: string } | undefined>
  /** Takes the URL that a person came back by, in whatever process; resolves to the server that can be used now. */
  finish(
    callback: Callback,
    options?: { readonly state?: string; readonly signal?: AbortSignal },
  ): Promise<{ readonly server: URL }>
}

/** Gets the users of a web application in. */
export function redirect(options: RedirectOptions): RedirectWayIn {
  assertIdentity(options)
  if (!isRedirectUri(options.redirectUri)) throw new TypeError(redirectUriAdvice)
  const { store } = options

  async function begin(
    server: string | URL,
    { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
  ) {
    let asked: CodeRequest | undefined
    const grant = awayGrant(options, (request) => {
      asked = request
    })
    const want = {
      demand: {},
      operation: 'signing in',
      refused: undefined,
      stepUp: false,
      mayRefresh: true,
    }
    try {
      await renew(engineOf(grant, options, server), want, signal)
    } catch (error) {
      if (!asked) throw error
    }
    return asked && { url: asked.url, state: asked.state }
  }

  async function finish(
    callback: Callback,
    { state, signal }: { readonly state?: string; readonly signal?: AbortSignal } = {},
  ) {
    const query = readCallback(callback)
    const pending = await takePending(store, query, state)
    const engine = engineOf(awayGrant(options), options, pending.server)
    await redeem(engine, {
      pending,
      query,
      key: options.key,
      signal: signal ?? new AbortController().signal,
    })
    return { server: engine.server }
  }

  return Object.assign(oauth(awayGrant(options), options), { begin, finish })
}

/** Prepares an authorization, and leaves it at that. */
function awayGrant(
  options: RedirectOptions,
  onRequest: (request: CodeRequest) => void = () => {},
): Grant {
  const { redirectUri, key } = options
  return {
    interactive: true,
    sendsAway: true,
    ...(key && { refresh: (need, tokens) => byRefreshToken(need, tokens, key) }),
    issuers: issuersOf(options),
    async obtain(need) {
      assertSafeCodes(need)
      const registration = await registrationOf(need, options, [redirectUri])
      const request = await requestCode(need, { registration, redirectUri, key })
      const { url, state, pending } = request
      await need.store.set({ kind: 'pending', state }, pending)
      onRequest(request)
      const where = `${need.server.origin} needs somebody to sign in at ${pending.issuer}`
      throw new AuthError('interaction_required', `${where}: send them to \`url\``, { url })
    },
  }
}

function engineOf(grant: Grant, options: RedirectOptions, server: string | URL): Engine {
  const context = { server: new URL(server), warn: warnBy({}) }
  context.server.hash = ''
  return createEngine(grant, options, context)
}

/** What somebody was sent away with; it is good once. */
async function takePending(
  store: CredentialStore,
  query: URLSearchParams,
  expected: string | undefined,
): Promise<PendingAuthorization> {
  const state = query.get('state') ?? ''
  const key = { kind: 'pending', state } as const
  const pending = state === '' ? undefined : await store.get(key)
  const isOwn = expected === undefined || expected === state
  if (pending && isOwn && (await store.delete(key)) && pending.expiresAt > Date.now()) {
    return pending
  }
  throw new AuthError(
    'authorization',
    'Nobody is waited for to come back with this: it was used, it is too old, or it is not from here; sign in again',
  )
}

interface Redeeming {
  readonly pending: PendingAuthorization
  readonly query: URLSearchParams
  readonly key: ClientKey | undefined
  readonly signal: AbortSignal
}

async function redeem(engine: Engine, { pending, query, key, signal }: Redeeming): Promise<void> {
  const { issuer, resource, clientId, bound = false } = pending
  const { store, memo, options } = engine
  const outbound = engine.outbound(signal)
  const authorizationServer = await serverOf(issuer, engine, outbound)
  const place = { authorizationServer, resource, bound }
  const registration = await store.get({ kind: 'client', issuer })
  if (registration?.clientId !== clientId) {
    throw new AuthError('registration', `This client is another at ${issuer} by now: sign in again`)
  }
  const need = await needFor({ engine, place, outbound }, pending.scope)
  const state = query.get('state') ?? ''
  await alone(engine, { issuer, resource, signal }, async () => {
    const tokens = await redeemCode(need, { registration, key, pending, state, callback: query })
    assertBound(tokens.tokenType, options)
    const asked = parseScope(pending.scope ?? '').filter((one) => one !== 'offline_access')
    const scope = printScope(asked)
    await memo.keep(
      { kind: 'server', issuer, resource, ...(scope !== undefined && { scope }) },
      tokens,
    )
  })
}
