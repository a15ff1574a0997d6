/** Ways into protected servers. See /specification/2026-07-28/basic/authorization */
export { AuthError, type AuthErrorCode } from './auth/auth-error.ts'
export type {
  ClientCredential,
  KeyCredential,
  SecretCredential,
} from './auth/client-auth.ts'
export { clientCredentials } from './auth/client-credentials.ts'
export type {
  Credential,
  CredentialKey,
  CredentialStore,
  KnownServer,
  Registration,
  StoredKey,
  TokenSet,
} from './auth/credentials.ts'
export { createDPoP, type DPoP } from './auth/dpop.ts'
export type { IdentityProvider } from './auth/enterprise/identity-provider.ts'
export type { SignIn } from './auth/enterprise/sign-in.ts'
export type { IdentitySource } from './auth/enterprise/subject.ts'
export { type Enterprise, enterprise, type ServerClient } from './auth/enterprise.ts'
export type { Grant, Need, TokenRequestOptions } from './auth/grant.ts'
export type { PrivateJwk, PrivateKey, SignFunction } from './auth/key.ts'
export { type TokenNeed, type TokenOptions, token } from './auth/token.ts'
export { type WorkloadIdentity, type WorkloadNeed, workload } from './auth/workload.ts'
export type { Arrival, Authorizer, AuthorizerContext, Departure, WayIn } from './http/authorizer.ts'
