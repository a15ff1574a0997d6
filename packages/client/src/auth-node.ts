/** What getting into protected servers needs of Node.js: a browser, files, and addresses that are looked up once. */
export type { Lookup } from './auth/node/addresses.ts'
export { type FileCredentialsOptions, fileCredentials } from './auth/node/file-credentials.ts'
export { type GuardOptions, guardedFetch } from './auth/node/guarded-fetch.ts'
