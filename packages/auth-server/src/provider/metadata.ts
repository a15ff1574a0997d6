/** What the server says of itself. See /specification/2026-07-28/basic/authorization/authorization-server-discovery */
import type Provider from 'oidc-provider'
import type { Settings } from '../settings.ts'
import { wellKnown } from './routes.ts'

const places: readonly string[] = wellKnown

/** Sets right what the provider says of scopes, and says what it does not know of. */
export function describeServer(provider: Provider, settings: Settings): void {
  provider.use(async (ctx, next) => {
    await next()
    if (!places.includes(ctx.path) || typeof ctx.body !== 'object') return
    const metadata = ctx.body as Record<string, unknown>
    ctx.body = {
      ...metadata,
      // offline_access is not among them: who may refresh does so without asking.
      scopes_supported: settings.resources.scopes,
      protected_resources: settings.resources.all.map(({ url }) => url),
      ...(settings.enterprise
        ? { authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'] }
        : {}),
    }
    ctx.set('cache-control', 'public, max-age=300')
  })
}
