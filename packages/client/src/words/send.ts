import {
  type Call,
  type Connection,
  type Handler,
  type LogLevel,
  locals,
  logLevels,
  type Meta,
  type Notification,
  type Params,
  type Result,
} from '@lutra/core'
import {
  type CallOptions,
  type LogEntry,
  type PlainClientOptions,
  type Progress,
  warnBy,
} from '../options.ts'
import { createDeadline } from './deadline.ts'
import type { OpenListen } from './listen.ts'
import { clientMeta } from './meta.ts'

/** Sends one call of a client, within its time. */
export interface Send {
  (method: string, params: Params, options?: CallOptions): Promise<Result>
  /** Carries a subscription, which has no time limit. */
  readonly open: OpenListen
}

export interface SendContext {
  readonly handler: Handler
  readonly connection: Connection
  readonly options: PlainClientOptions
}

/** Makes calls out of methods and params: with envelope, time limit, and somebody to hear of progress and logs. */
export function createSend({ handler, connection, options }: SendContext): Send {
  const meta = clientMeta(options, connection.protocolVersion)
  const { timeoutMs = 60_000, maxTimeoutMs = 3_600_000 } = options
  const warn = warnBy(options)
  let tokens = 0

  function metaFor(method: string, call: CallOptions): Meta {
    const logLevel = call.logLevel ?? options.logLevel
    // Progress extends the time of a tool call, so it is always asked for there.
    const progress = call.onProgress !== undefined || method === 'tools/call'
    if (!progress && !logLevel && !call.meta) return meta
    tokens += 1
    return {
      ...meta,
      ...traceOf(call.meta),
      ...(progress && { progressToken: tokens }),
      ...(logLevel && { logLevel }),
    }
  }

  async function send(method: string, params: Params, call: CallOptions = {}): Promise<Result> {
    const deadline = createDeadline({
      signal: call.signal,
      timeoutMs: call.timeoutMs ?? timeoutMs,
      maxTimeoutMs: call.maxTimeoutMs ?? maxTimeoutMs,
      what: method,
    })
    const { signal } = deadline
    locals.set(signal, { options: call, deadline })
    const onLog = call.onLog ?? options.onLog
    const notify = (notification: Notification) => {
      if (notification.method === 'notifications/progress') {
        deadline.extend()
        tell(call.onProgress, progressOf(notification), warn)
      } else if (notification.method === 'notifications/message') {
        tell(onLog, logOf(notification), warn)
      }
    }
    try {
      signal.throwIfAborted()
      return await handler({
        method,
        params: call.meta ? { ...params, _meta: call.meta } : params,
        meta: metaFor(method, call),
        signal,
        notify,
      })
    } finally {
      deadline.end()
    }
  }

  const open: OpenListen = (params, signal, notify) =>
    handler({ method: 'subscriptions/listen', params, meta, signal, notify } satisfies Call)
  return Object.assign(send, { open })
}

// What a listener throws is no fault of the call.
function tell<T>(
  listener: ((value: T) => void) | undefined,
  value: T | undefined,
  warn: (message: string) => void,
): void {
  if (!listener || value === undefined) return
  try {
    listener(value)
  } catch (error) {
    warn(`A listener threw: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function traceOf(meta: CallOptions['meta'] = {}): Partial<Meta> {
  const { traceparent, tracestate, baggage } = meta
  return {
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof tracestate === 'string' && { tracestate }),
    ...(typeof baggage === 'string' && { baggage }),
  }
}

function progressOf({ params = {} }: Notification): Progress | undefined {
  const { progress, total, message } = params
  if (typeof progress !== 'number') return undefined
  return {
    progress,
    ...(typeof total === 'number' && { total }),
    ...(typeof message === 'string' && { message }),
  }
}

function logOf({ params = {} }: Notification): LogEntry | undefined {
  const { level, logger, data } = params
  if (!logLevels.includes(level as LogLevel)) return undefined
  return { level: level as LogLevel, data, ...(typeof logger === 'string' && { logger }) }
}
