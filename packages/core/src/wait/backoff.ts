export interface BackoffOptions {
  /** Milliseconds before the first attempt, doubled for each further one. Default: 200. */
  readonly baseMs?: number
  /** The most milliseconds. Default: 30,000. */
  readonly maxMs?: number
}

/** Milliseconds to wait before attempt `count`, from 0: doubling, bounded, and never the same for two clients. */
export function backoff(
  count: number,
  { baseMs = 200, maxMs = 30_000 }: BackoffOptions = {},
): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(count, 30))
  return full / 2 + (Math.random() * full) / 2
}
