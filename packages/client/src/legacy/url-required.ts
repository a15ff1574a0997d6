/** The error that sends the user elsewhere first. See /specification/2025-11-25/client/elicitation#url-elicitation-required-error */
import {
  deferred,
  type InputRequest,
  invalidParams,
  isObject,
  missingCapability,
  RpcError,
} from '@lutra/core'
import { LegacyErrorCode } from '@lutra/core/legacy'
import { sleep } from '@lutra/core/wait'
import type { Exchange } from './exchange.ts'

/** Milliseconds for which a user may be busy elsewhere before the call is given up. */
const patienceMs = 300_000
const firstPauseMs = 1_000
const longestPauseMs = 15_000
const maxElicitations = 16

interface Elicitation {
  readonly id: string
  readonly question: InputRequest
}

/** Calls that wait for something that the user does in a browser. */
export interface UrlRequired {
  /** Sends until the server no longer wants the user elsewhere; the exchange's caller is asked to open each URL once. */
  send<T>(work: () => Promise<T>, exchange: Exchange, signal: AbortSignal): Promise<T>
  /** The server says that the user is done. */
  complete(elicitationId: unknown): void
}

export function createUrlRequired(): UrlRequired {
  const waiting = new Map<string, Set<() => void>>()

  function completed(ids: readonly string[]): { promise: Promise<void>; stop(): void } {
    const { promise, resolve } = deferred<void>()
    const left = new Set(ids)
    const stops = ids.map((id) => {
      const done = () => {
        left.delete(id)
        if (left.size === 0) resolve()
      }
      const listeners = waiting.get(id) ?? new Set()
      waiting.set(id, listeners.add(done))
      return () => {
        listeners.delete(done)
        if (listeners.size === 0 && waiting.get(id) === listeners) waiting.delete(id)
      }
    })
    return {
      promise,
      stop() {
        for (const stop of stops) stop()
      },
    }
  }

  return {
    async send(work, exchange, signal) {
      const opened = new Set<string>()
      const giveUp = Date.now() + patienceMs
      let pauseMs = firstPauseMs
      for (;;) {
        try {
          return await work()
        } catch (reason) {
          const wanted = readElicitations(reason)
          if (!wanted || Date.now() > giveUp) throw reason
          const fresh = wanted.filter(({ id }) => !opened.has(id))
          const waitFor = completed(wanted.map(({ id }) => id))
          try {
            await open(fresh, exchange, signal)
            for (const { id } of fresh) opened.add(id)
            // An accepted URL is not a finished errand: wait for word of it, but not only for that.
            await Promise.race([waitFor.promise, sleep(pauseMs, signal)])
            pauseMs = Math.min(pauseMs * 2, longestPauseMs)
          } finally {
            waitFor.stop()
          }
        }
      }
    },
    complete(elicitationId) {
      if (typeof elicitationId !== 'string') return
      for (const done of [...(waiting.get(elicitationId) ?? [])]) done()
    },
  }
}

async function open(
  elicitations: readonly Elicitation[],
  exchange: Exchange,
  signal: AbortSignal,
): Promise<void> {
  if (!elicitations.every(({ question }) => exchange.takes(question))) {
    throw missingCapability({ elicitation: { url: {} } })
  }
  const answers = await Promise.all(
    elicitations.map(({ question }) => exchange.ask(question, signal)),
  )
  const refused = answers.some((answer) => !isObject(answer) || answer['action'] !== 'accept')
  if (refused) throw invalidParams('The server needs the user to open a URL, and the user did not')
}

/** The URLs that an error asks for, or undefined where it is another error. */
function readElicitations(reason: unknown): readonly Elicitation[] | undefined {
  if (!(reason instanceof RpcError) || reason.code !== LegacyErrorCode.urlElicitationRequired) {
    return undefined
  }
  const listed = isObject(reason.data) ? reason.data['elicitations'] : undefined
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > maxElicitations) {
    throw invalidParams(`${reason.message} (the server did not say which URL to open)`)
  }
  return listed.map((entry: unknown) => {
    const { url, message, elicitationId } = isObject(entry) ? entry : {}
    if (typeof url !== 'string') throw invalidParams('The server asked to open no URL')
    const text = typeof message === 'string' ? message : reason.message
    return {
      id: typeof elicitationId === 'string' ? elicitationId : url,
      question: { method: 'elicitation/create', params: { mode: 'url', url, message: text } },
    }
  })
}
