/** Says who may call what. See /specification/2026-07-28/basic/authorization */
export type { Authenticator } from './http/authenticator.ts'
