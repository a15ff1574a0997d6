/** What getting into protected servers needs of Node.js: a browser, files, and addresses that are looked up once. */
export type { Lookup } from './auth/node/addresses.ts'
export { type BrowserOptions, browser, type LandingOptions } from './auth/node/browser.ts'
export { browserSignIn } from './auth/node/browser-sign-in.ts'
export { type FileCredentialsOptions, fileCredentials } from './auth/node/file-credentials.ts'
export { type GuardOptions, guardedFetch } from './auth/node/guarded-fetch.ts'
export {
  type Awaited,
  type Loopback,
  type LoopbackOptions,
  openLoopback,
} from './auth/node/loopback.ts'
export { openBrowser } from './auth/node/open-browser.ts'
