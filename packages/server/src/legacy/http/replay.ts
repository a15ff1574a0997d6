import type { KeptStream, LoggedEvent } from './event-log.ts'

/** The events of a stream in their order, from what was kept of it and what is told as it happens. */
export interface Replay {
  /** Takes what happens. */
  hear(event: LoggedEvent): void
  /** Sends what was kept, then all that was heard meanwhile and will be. */
  begin(kept: readonly LoggedEvent[]): void
  /** Looks up what may have been missed. */
  catchUp(): void
}

export interface ReplayOptions {
  /** The number of the last event that the client has. */
  readonly after: number
  readonly read: (after: number) => Promise<KeptStream | undefined>
  readonly send: (event: LoggedEvent) => void
  /** Called where what was missed cannot be read. */
  readonly fail: (error: unknown) => void
}

/** Sends each event once; what comes out of its turn waits until the log has said what lies between. */
export function createReplay({ after, read, send, fail }: ReplayOptions): Replay {
  let waiting: LoggedEvent[] = []
  let sent = after
  let over = false
  let reading = true
  let again = false

  function pass(event: LoggedEvent): void {
    if (over || event.seq <= sent) return
    sent = event.seq
    over = event.last
    send(event)
  }

  /** Ends a reading: what was heard meanwhile goes out as far as nothing is missing before it. */
  function finish(read: readonly LoggedEvent[]): void {
    for (const event of inOrder(read)) pass(event)
    const heard = inOrder(waiting)
    const hole = heard.findIndex(({ seq }, at) => seq > Math.max(sent, heard[at - 1]?.seq ?? 0) + 1)
    waiting = hole < 0 ? [] : heard.slice(hole)
    for (const event of hole < 0 ? heard : heard.slice(0, hole)) pass(event)
    reading = false
    if (again || waiting.length > 0) catchUp()
  }

  function catchUp(): void {
    if (reading) again = true
    if (reading || over) return
    reading = true
    again = false
    // An event is kept before it is told of: what is not to be read before these is gone for good.
    const known = waiting
    waiting = []
    read(sent).then((kept) => finish([...(kept?.events ?? []), ...known]), fail)
  }

  return {
    hear(event) {
      if (!reading && event.seq <= sent + 1) {
        pass(event)
        return
      }
      if (waiting.length < maxWaiting) waiting.push(event)
      catchUp()
    },
    begin: finish,
    catchUp,
  }
}

// What is beyond is in the log.
const maxWaiting = 256

function inOrder(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  return [...events].sort((one, other) => one.seq - other.seq)
}
