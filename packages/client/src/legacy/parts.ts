import { type Call, createPending, type Id, type Params, type Pending } from '@lutra/core'
import { warnBy } from '../options.ts'
import { type Asked, createAsked } from './asked.ts'
import type { Exchange } from './exchange.ts'
import { type Greeting, greet } from './handshake.ts'
import { createListening, type Listening } from './listen.ts'
import { createLogging, type Logging } from './log-level.ts'
import { answerOutside, type LegacyOptions } from './options.ts'
import { createPark, type Park } from './park.ts'
import { createRenewal, type Renewal } from './renewal.ts'
import { createSubscriptions } from './subscriptions.ts'
import { createUrlRequired, type UrlRequired } from './url-required.ts'
import type { LegacyWire } from './wire.ts'

/** What a session consists of, each part with one job. */
export interface Parts {
  readonly wire: LegacyWire
  /** What the server said of itself, last time that it was asked. */
  readonly greeting: Greeting
  /** The calls that run, by the id of their request, the oldest first. */
  readonly running: Map<Id, Exchange>
  /** Calls that went on as tasks, by the id of their request: their progress goes on too. */
  readonly lasting: Map<Id, Call>
  readonly requests: Pending
  readonly park: Park
  readonly urls: UrlRequired
  readonly asked: Asked
  readonly listening: Listening
  readonly logging: Logging
  readonly renewal: Renewal
  readonly onWarning: (message: string) => void
}

export function createParts(wire: LegacyWire, options: LegacyOptions): Parts {
  const onWarning = warnBy(options)
  const running = new Map<Id, Exchange>()
  const requests = createPending((message) => wire.send(message))
  let greeting = nobody

  const plain = (method: string, params: Params) => requests.ask(method, params)
  const subscriptions = createSubscriptions({
    subscribe: (uri) => plain('resources/subscribe', { uri }),
    unsubscribe: (uri) => plain('resources/unsubscribe', { uri }),
  })
  const logging = createLogging({
    running,
    enabled: () => greeting.discovered.capabilities.logging !== undefined,
    setLevel: (level) => plain('logging/setLevel', { level }),
    onStray: options.onStrayLog,
  })
  const renewal = createRenewal(async () => {
    wire.reset?.()
    greeting = await greet(wire, requests, options)
    logging.reset()
    await subscriptions.restore()
  })

  return {
    wire,
    get greeting() {
      return greeting
    },
    running,
    lasting: new Map(),
    requests,
    park: createPark(options.park),
    urls: createUrlRequired(),
    asked: createAsked({ wire, running, answer: answerOutside(options), onWarning }),
    listening: createListening(subscriptions),
    logging,
    renewal,
    onWarning,
  }
}

const nobody: Greeting = {
  protocolVersion: '',
  discovered: { supportedVersions: [], capabilities: {} },
  makesTasks: false,
}
