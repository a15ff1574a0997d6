/** Ways into protected servers. See /specification/2026-07-28/basic/authorization */
export { AuthError, type AuthErrorCode } from './auth/auth-error.ts'
export type {
  Credential,
  CredentialKey,
  CredentialStore,
  KnownServer,
  Registration,
  StoredKey,
  TokenSet,
} from './auth/credentials.ts'
export type { Grant, Need, TokenRequestOptions } from './auth/grant.ts'
export type { Arrival, Authorizer, AuthorizerContext, Departure, WayIn } from './http/authorizer.ts'
