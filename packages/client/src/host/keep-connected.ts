import { backoff, raceAbort, startTimer } from '@lutra/core/wait'
import type { Client } from '../words/client.ts'
import { ConnectionError } from '../words/error.ts'
import { readFailure, type Status } from './status.ts'

export interface ReconnectOptions {
  /** How often in a row a server that failed is tried again unasked. Default: without end. */
  readonly maxAttempts?: number
  /** Milliseconds before the first of them; they grow. Default: 1,000. */
  readonly baseMs?: number
  /** Milliseconds that no wait is longer than. Default: one minute. */
  readonly maxMs?: number
}

export interface KeepOptions {
  connect(signal: AbortSignal): Promise<Client>
  onStatus(status: Status): void
  readonly reconnect: ReconnectOptions
}

/** One server, connected to again whenever it is lost. */
export interface Kept {
  readonly status: Status
  /** The client, once there is a connection; rejects when the next attempt fails. */
  ready(signal?: AbortSignal): Promise<Client>
  /** Tries at once, with a new connection. */
  reconnect(): Promise<void>
  close(): Promise<void>
}

export function keepConnected(options: KeepOptions): Kept {
  const state: State = {
    options,
    status: { state: 'idle' },
    closing: new AbortController(),
    retry: createRetry(options.reconnect, () => attempt(state).catch(() => {})),
  }
  const { closing } = state
  return {
    get status() {
      return state.status
    },
    async ready(signal) {
      closing.signal.throwIfAborted()
      if (state.current) return state.current
      // A person has to do something first: no call changes that.
      if (state.status.state === 'needs-auth') throw state.status.error
      return signal ? raceAbort(attempt(state), signal) : attempt(state)
    },
    async reconnect() {
      closing.signal.throwIfAborted()
      const old = state.current
      state.current = undefined
      await old?.close()
      await attempt(state)
    },
    async close() {
      if (closing.signal.aborted) return
      closing.abort(new ConnectionError('The host was closed', { final: true }))
      state.retry.stop()
      await state.current?.close()
      await state.attempt?.catch(() => {})
      become(state, { state: 'closed' })
    },
  }
}

interface State {
  readonly options: KeepOptions
  readonly closing: AbortController
  readonly retry: ReturnType<typeof createRetry>
  status: Status
  current?: Client | undefined
  /** The attempt that is under way: whoever needs the server joins it. */
  attempt?: Promise<Client> | undefined
}

function become(state: State, status: Status): void {
  state.status = status
  state.options.onStatus(status)
}

function attempt(state: State): Promise<Client> {
  state.attempt ??= connectOnce(state).finally(() => {
    state.attempt = undefined
  })
  return state.attempt
}

async function connectOnce(state: State): Promise<Client> {
  const { options, closing, status } = state
  state.retry.stop()
  become(state, {
    state: 'connecting',
    ...('error' in status && status.error && { error: status.error }),
  })
  try {
    const connecting = options.connect(closing.signal)
    // Not everything heeds its signal: what comes too late is closed.
    connecting.then((late) => (closing.signal.aborted ? late.close() : undefined)).catch(() => {})
    const client = await raceAbort(connecting, closing.signal)
    state.current = client
    watch(state, client)
    const { era, protocolVersion } = client.connection
    become(state, { state: 'ready', era, protocolVersion })
    return client
  } catch (error) {
    if (!closing.signal.aborted) lost(state, error)
    throw error
  }
}

// A server that is lost as soon as it is reached must not be reached for without a pause.
const steadyMs = 30_000

function watch(state: State, client: Client): void {
  const since = Date.now()
  void client.connection.closed.then((error) => {
    if (state.closing.signal.aborted || state.current !== client) return
    state.current = undefined
    client.close().catch(() => {})
    if (Date.now() - since > steadyMs) state.retry.reset()
    lost(state, error ?? new ConnectionError('The server has ended the connection'))
  })
}

function lost(state: State, reason: unknown): void {
  const failure = readFailure(reason)
  // What is wrong with the address or with who asks does not mend itself.
  const hopeless = failure.state === 'needs-auth' || failure.error instanceof TypeError
  const retryInMs = hopeless ? undefined : state.retry.later()
  become(
    state,
    retryInMs === undefined ? failure : { state: 'failed', error: failure.error, retryInMs },
  )
}

function createRetry(options: ReconnectOptions, run: () => void) {
  const { maxAttempts = Number.POSITIVE_INFINITY, baseMs = 1000, maxMs = 60_000 } = options
  let failures = 0
  let stop = () => {}
  return {
    /** Milliseconds until the next attempt, or undefined where there will be none. */
    later(): number | undefined {
      if (failures >= maxAttempts) return undefined
      const ms = backoff(failures, { baseMs, maxMs })
      failures += 1
      stop = startTimer(ms, run)
      return ms
    },
    reset(): void {
      failures = 0
    },
    stop: () => stop(),
  }
}
