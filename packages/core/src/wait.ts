/** Waiting that ends: for a while, for a signal, for a store that is away. */
export { followAbort, raceAbort } from './wait/abort.ts'
export { type BackoffOptions, backoff } from './wait/backoff.ts'
export { type RetryStoreOptions, retryStore } from './wait/retry-store.ts'
export { sleep } from './wait/sleep.ts'
export { startTimer } from './wait/timer.ts'
