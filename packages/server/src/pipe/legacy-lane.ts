import { failure, idOf, isId, isObject, type Message, toRpcError } from '@lutra/core'
import type { Outlet } from './outlet.ts'

/** Takes the messages of the older era. */
export interface LegacySession {
  receive(message: unknown): void
  close(): void
}

/** Makes a session that sends by what it is given. */
export type LegacySessionMaker = (way: {
  send(message: Message | readonly Message[]): void
}) => LegacySession

/** The older era on a pipe: a session, and how many of its requests have no answer yet. */
export interface LegacyLane extends LegacySession {
  /** Resolves once every request was answered. */
  drain(): Promise<void>
}

export function createLegacyLane(make: LegacySessionMaker, outlet: Outlet): LegacyLane {
  let unanswered = 0
  let onIdle = () => {}

  const session = make({
    send(message) {
      unanswered -= count(message, isAnswer)
      if (unanswered <= 0) onIdle()
      try {
        outlet.send(message)
      } catch (reason) {
        outlet.send(failure(idOf(message), toRpcError(reason)))
      }
    },
  })

  return {
    receive(message) {
      unanswered += count(message, isAsked)
      session.receive(message)
    },
    close: () => session.close(),
    drain() {
      if (unanswered <= 0) return Promise.resolve()
      return new Promise((resolve) => {
        onIdle = resolve
      })
    },
  }
}

function count(value: unknown, test: (message: unknown) => boolean): number {
  return Array.isArray(value) ? value.filter(test).length : Number(test(value))
}

function isAsked(message: unknown): boolean {
  return isObject(message) && isId(message['id']) && 'method' in message
}

function isAnswer(message: unknown): boolean {
  return isObject(message) && isId(message['id']) && !('method' in message)
}
