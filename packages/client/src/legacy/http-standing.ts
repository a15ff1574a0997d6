import { statusOf } from '../era/evidence.ts'
import { errorOfResponse, isEventStream } from './http-request.ts'
import { get, type HttpState, saysLost } from './http-session.ts'
import { readStream } from './http-stream.ts'

/** Opens the stream for what belongs to no request, and keeps it open. A server need not have one. */
export function stand(state: HttpState): void {
  const control = new AbortController()
  state.standing?.abort()
  state.standing = control
  const stop = () => control.abort(state.closing.signal.reason)
  state.closing.signal.addEventListener('abort', stop, { once: true })
  if (state.closing.signal.aborted) stop()
  keepOpen(state, control.signal)
    .catch((error: unknown) => {
      if (!control.signal.aborted) complain(state, error)
    })
    .finally(() => state.closing.signal.removeEventListener('abort', stop))
}

async function keepOpen(state: HttpState, signal: AbortSignal): Promise<void> {
  const first = await get(state, undefined, signal)
  if (!isEventStream(first)) {
    const error = await errorOfResponse(first)
    // 405 says that there is no such stream, and some servers say the same with other codes.
    if (first.status === 401 || first.status === 403) throw error
    return
  }
  await readStream(
    first,
    {
      open: (lastEventId) => get(state, lastEventId, signal),
      receive: (message) => state.listener.receive(message, 'standing'),
      onWarning() {},
      signal,
      maxBytes: state.maxBytes,
      maxFailures: Number.POSITIVE_INFINITY,
    },
    { anew: true },
  )
}

function complain(state: HttpState, error: unknown): void {
  const status = statusOf(error)
  const lost = saysLost(status, error)
  // The server needs the stream no longer.
  if (status === 204 || status === 405) return
  if (lost && state.sessionId !== undefined) state.listener.lost()
  else state.warn(`The server's own stream cannot be kept open: ${String(error)}`)
}
