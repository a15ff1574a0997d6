/** An OAuth authorization server for MCP servers. See /specification/2026-07-28/basic/authorization */
export { type AuthServer, createAuthServer } from './create-auth-server.ts'
export type { Listener } from './node-listener.ts'
export type {
  AssertionClaims,
  AuthServerOptions,
  ClientOptions,
  EnterpriseOptions,
  KeyOptions,
  Lifetimes,
  ResourceOptions,
  Scopes,
  TrustedIssuer,
  WorkloadOptions,
} from './options.ts'
export { type Development, development } from './sign-in/development.ts'
export type { SignInContext, SignInFunction, User } from './sign-in/sign-in.ts'
export { type Upstream, type UpstreamOptions, upstream } from './sign-in/upstream.ts'
export type { Revocation } from './store/revoke.ts'
