/** Says who may call what. See /specification/2026-07-28/basic/authorization */
export { isScopeError, ScopeError } from '@lutra/core/access'
export { type Bearer, bearer } from './auth/bearer.ts'
export type {
  ApiKey,
  BearerOptions,
  Claims,
  DPoPOptions,
  Implies,
  IntrospectionOptions,
  IssuerOptions,
  ReadingOptions,
  Refused,
  Verified,
  Verify,
} from './auth/options.ts'
export { type Auth0Options, auth0 } from './auth/providers/auth0.ts'
export { type EntraOptions, entra } from './auth/providers/entra.ts'
export { type GithubOptions, github } from './auth/providers/github.ts'
export { type GoogleOptions, google } from './auth/providers/google.ts'
export { type KeycloakOptions, keycloak } from './auth/providers/keycloak.ts'
export { providerOf, providers } from './auth/providers/known.ts'
export { type OidcOptions, oidc } from './auth/providers/oidc.ts'
export { type OktaOptions, okta } from './auth/providers/okta.ts'
export type { Abilities, Ability, Provider, ProviderIssuer } from './auth/providers/provider.ts'
export { type WorkosOptions, workos } from './auth/providers/workos.ts'
export type { Dropping } from './auth/token-cache.ts'
export type { Authenticator } from './http/authenticator.ts'
export type { HttpHead, PlainReply } from './http/exchange.ts'
