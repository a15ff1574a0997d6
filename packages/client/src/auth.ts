/** Ways into protected servers. See /specification/2026-07-28/basic/authorization */
export { AuthError, type AuthErrorCode } from './auth/auth-error.ts'
export { type Challenge, parseChallenges } from './auth/challenge.ts'
export type {
  ClientCredential,
  KeyCredential,
  SecretCredential,
} from './auth/client-auth.ts'
export { clientCredentials } from './auth/client-credentials.ts'
export { type ClientMetadataOptions, clientMetadata } from './auth/client-metadata.ts'
export { type CodeGrantOptions, codeGrant, type Landing } from './auth/code-grant.ts'
export type { Callback } from './auth/code-response.ts'
export type {
  Credential,
  CredentialKey,
  CredentialStore,
  KnownServer,
  PendingAuthorization,
  Registration,
  StoredKey,
  TokenSet,
} from './auth/credentials.ts'
export { issuerMetadataUrls } from './auth/discover-issuer.ts'
export { resourceMetadataUrls } from './auth/discover-resource.ts'
export { createDPoP, type DPoP } from './auth/dpop.ts'
export type { IdentityProvider } from './auth/enterprise/identity-provider.ts'
export type { SignIn } from './auth/enterprise/sign-in.ts'
export type { IdentitySource } from './auth/enterprise/subject.ts'
export { type Enterprise, enterprise, type ServerClient } from './auth/enterprise.ts'
export type { Grant, Need, TokenRequestOptions } from './auth/grant.ts'
export type { PrivateJwk, PrivateKey, SignFunction } from './auth/key.ts'
export { memoryCredentials } from './auth/memory-credentials.ts'
export { oauth } from './auth/oauth.ts'
export type {
  AuthOptions,
  ClientIdentity,
  ClientKey,
  DPoPOptions,
  PreRegistered,
} from './auth/options.ts'
export {
  type RedirectOptions,
  type RedirectWayIn,
  redirect,
} from './auth/redirect.ts'
export { canonicalResource, resourceCovers } from './auth/resource.ts'
export { type SignedOut, type SignOutOptions, signOut } from './auth/sign-out.ts'
export { type StoreCredentialsOptions, storeCredentials } from './auth/store-credentials.ts'
export { type TokenNeed, type TokenOptions, token } from './auth/token.ts'
export { createUrlGuard, type GuardRules, type UrlGuard } from './auth/url-guard.ts'
export { wayIn } from './auth/way-in.ts'
export { type WorkloadIdentity, type WorkloadNeed, workload } from './auth/workload.ts'
export type {
  Arrival,
  Authorized,
  Authorizer,
  AuthorizerContext,
  Clock,
  Departure,
  WayIn,
} from './http/authorizer.ts'
