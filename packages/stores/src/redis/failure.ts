import { StoreError } from '@lutra/core'

/** What a failure of Redis means to whoever uses the engine. Neither values nor passwords are in it. */
export function failed(cause: unknown): StoreError {
  const said = wordsOf(cause)
  if (said.startsWith('OOM') || /^MISCONF|^NOREPLICAS/.test(said)) {
    const why = said.startsWith('OOM') ? 'memory left for this' : 'disk to write this on'
    return new StoreError(`Redis has no ${why}`, { code: 'full', cause })
  }
  return new StoreError(`Redis cannot do this now: ${said}`, { code: 'unavailable', cause })
}

/** Whether an engine that could not be opened may be there a little later: nobody answered, or somebody who is still starting. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof StoreError)) return false
  const { cause } = error
  const isReply = /^[A-Z]{3,} /.test(wordsOf(cause)) && !(cause as { code?: unknown }).code
  return (
    cause === undefined ||
    !isReply ||
    /^(?:LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)/.test(wordsOf(cause))
  )
}

function wordsOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 200)
}
