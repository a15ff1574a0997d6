/** A value with the version that its last write gave it. */
export interface Versioned {
  readonly value: unknown
  readonly version: string
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
  /** What is under a key; undefined where nothing is, or no longer. */
  get(key: string): Promise<Versioned | undefined>
  /** What is under each of these keys, in their order. */
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
