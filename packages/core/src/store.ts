import type { StoreError } from './store-error.ts'

/** A value with the version that its last write gave it. */
export interface Versioned {
  readonly value: unknown
  readonly version: string
  /** Why there is no value (`undefined`), where it is a secret that cannot be decrypted here: one among many does not keep the others back. */
  readonly unreadable?: StoreError
}

export interface WriteOptions {
  /** Milliseconds until the value is gone. */
  readonly ttlMs?: number
  /** Write only over this version; `null`: only where there is no value. */
  readonly ifVersion?: string | null
  /** It lets somebody in, or tells of somebody: engines that keep it beyond the process encrypt it. */
  readonly secret?: boolean
}

export interface StoreEntry extends Versioned {
  readonly key: string
}

/**
 * Versioned JSON values by key, for everything that must outlive a request. Any engine that keeps these promises will do:
 * `@lutra/stores/suite` checks them. Keys are well-formed text without U+0000, of at most 1,024 bytes in UTF-8; values have at most
 * 16 MiB of JSON. What cannot be done rejects with `StoreError`.
 */
export interface Store {
  /** Whether what is marked as `secret` is safe: encrypted, or never beyond the process. Who has secrets to keep looks here before. */
  readonly keepsSecrets?: boolean
  /** What is under a key; undefined where nothing is, or no longer. Rejects with `unreadable` where it cannot be decrypted. */
  get(key: string): Promise<Versioned | undefined>
  /** What is under each of these keys, in their order. What cannot be decrypted says so in its place, as in `list`. */
  getMany(keys: readonly string[]): Promise<readonly (Versioned | undefined)[]>
  /** The new version, or undefined where `ifVersion` did not hold. */
  set(key: string, value: unknown, options?: WriteOptions): Promise<string | undefined>
  /** Whether something was deleted: with `ifVersion`, this version alone. */
  delete(key: string, options?: { readonly ifVersion?: string }): Promise<boolean>
  /** Entries whose key starts with `prefix`, in the order of their keys' code points. `after` is a key; `limit` is 1,000 unless told. */
  list(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): Promise<readonly StoreEntry[]>
}
