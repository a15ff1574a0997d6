import { StoreError } from '@lutra/core'

/** What a failure of PostgreSQL means to whoever uses the engine. Neither values nor passwords are in it. */
export function failed(cause: unknown, what = 'PostgreSQL'): StoreError {
  const code = codeOf(cause)
  if (isFull(cause)) {
    return new StoreError(`${what}: no space is left on its disk`, { code: 'full', cause })
  }
  // Class 22 is about data: what a column cannot hold.
  if (code.startsWith('22')) {
    return new StoreError(`${what} takes no such value`, { code: 'invalid', cause })
  }
  const said = cause instanceof Error ? cause.message.slice(0, 200) : ''
  const message = `${what} cannot do this now: ${said || code || 'no reason was given'}`
  return new StoreError(message, { code: 'unavailable', cause })
}

/** Whether there is no room: on the disk, or within a quota or a limit of the process. */
export function isFull(cause: unknown): boolean {
  if (fullCodes.has(codeOf(cause))) return true
  const said = cause instanceof Error ? cause.message : ''
  return /: (?:No space left on device|Disk quota exceeded|Quota exceeded|File too large)$/.test(
    said,
  )
}

const fullCodes: ReadonlySet<string> = new Set(['53100', 'ENOSPC', 'EDQUOT', 'EFBIG'])

function codeOf(cause: unknown): string {
  return String((cause as { code?: unknown } | null)?.code ?? '')
}

/** Whether a server that could not be used may be there a little later: nobody answered, or somebody who starts, ends or has no room. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof StoreError) || error.code !== 'unavailable') return false
  const code = codeOf(error.cause)
  return !/^[0-9A-Z]{5}$/.test(code) || /^(?:08|53|57|40|55)/.test(code)
}
