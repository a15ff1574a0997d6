import { type Call, type LogLevel, logLevels, type Notification, type Params } from '@lutra/core'
import type { Exchange } from './exchange.ts'
import type { Origin } from './wire.ts'

/**
 * Logging by session, made to look like logging by request: the server is set to the most talkative level
 * that a call asked for, and each call gets what it asked for.
 */
export interface Logging {
  /** Sees to it that the server tells what this call wants to hear. */
  prepare(call: Call): Promise<void>
  receive(notification: Notification, origin: Origin): void
  /** A new session knows of no level. */
  reset(): void
}

export interface LoggingOptions {
  readonly running: ReadonlyMap<string | number, Exchange>
  enabled(): boolean
  setLevel(level: LogLevel): Promise<unknown>
  readonly onStray: ((message: Params) => void) | undefined
}

export function createLogging({ running, enabled, setLevel, onStray }: LoggingOptions): Logging {
  let current: LogLevel | undefined
  let setting: Promise<unknown> = Promise.resolve()

  function listenerOf(level: unknown, origin: Origin): Exchange | undefined {
    if (typeof origin === 'object') {
      const own = running.get(origin.request)
      return own && hears(own.call, level) ? own : undefined
    }
    return [...running.values()].find((exchange) => hears(exchange.call, level))
  }

  return {
    async prepare({ meta: { logLevel } }) {
      if (!logLevel || !enabled()) return
      if (current === undefined || rank(logLevel) < rank(current)) {
        current = logLevel
        // Logs are a courtesy: a server that refuses the level is still good for the call.
        setting = setting.then(() => setLevel(logLevel)).catch(() => {})
      }
      await setting
    },
    receive(notification, origin) {
      const level = notification.params?.['level']
      const listener = listenerOf(level, origin)
      if (listener) listener.notify(notification)
      else onStray?.(notification.params ?? {})
    },
    reset() {
      current = undefined
    },
  }
}

const rank = (level: unknown) => logLevels.indexOf(level as LogLevel)

function hears(call: Call | undefined, level: unknown): boolean {
  const wanted = call?.meta.logLevel
  return wanted !== undefined && rank(level) >= rank(wanted)
}
