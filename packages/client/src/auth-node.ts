/** What getting into protected servers needs of Node.js: a browser, files, and addresses that are looked up once. */
export { type GuardOptions, guardedFetch, type Lookup } from './auth/node/guarded-fetch.ts'
