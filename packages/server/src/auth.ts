/** Says who may call what. See /specification/2026-07-28/basic/authorization */
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
export type { Dropping } from './auth/token-cache.ts'
export type { Authenticator } from './http/authenticator.ts'
