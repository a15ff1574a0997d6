import type { ServerResponse } from 'node:http'

/** Calls `listen` once when the client is gone before the response was complete. */
export function onGone(res: Watched, listen: () => void): void {
  if (res.destroyed) {
    listen()
    return
  }
  const before = res[listener]
  if (before) {
    res[listener] = () => {
      before()
      listen()
    }
  } else {
    res[listener] = listen
    // One function for all: with thousands of open streams, one for each shows.
    res.on('close', tell)
  }
}

const listener = Symbol('lutra.gone')

interface Watched extends ServerResponse {
  [listener]?: () => void
}

function tell(this: Watched): void {
  if (!this.writableFinished) this[listener]?.()
}
