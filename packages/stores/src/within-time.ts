import { StoreError } from '@lutra/core'

export interface TimeLimit {
  /** Milliseconds. */
  readonly ms: number
  /** What does not answer in time. */
  readonly engine: string
  /** What it means that the work fails. */
  readonly failed: (cause: unknown) => StoreError
}

/** Fails as a `StoreError` what takes longer than it may: who calls must not wait for an engine that is away. */
export async function withinTime<T>(
  work: () => Promise<T>,
  { ms, engine, failed }: TimeLimit,
): Promise<T> {
  const message = `${engine} did not answer in ${ms} ms`
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreError(message, { code: 'unavailable' })), ms)
  })
  try {
    return await Promise.race([work(), late])
  } catch (cause) {
    throw cause instanceof StoreError ? cause : failed(cause)
  } finally {
    clearTimeout(timer)
  }
}
