/** What a handler gets beside its arguments. */
import {
  type Auth,
  type Call,
  type LogLevel,
  logLevels,
  type Meta,
  type ReadHeader,
  type Recorded,
} from '@lutra/core'
import { assertScopes } from '@lutra/core/access'
import type { Asking } from './ask/asking.ts'
import { type Responses, readResponses } from './ask/responses.ts'
import { openState, sealState } from './ask/state.ts'
import { deprecate } from './deprecate.ts'
import type { Environment } from './environment.ts'
import { readScopes } from './features/access.ts'
import type { UsedFeature } from './use.ts'

/** A call as the handler of a tool, resource or prompt sees it. */
export interface Context<V> extends Asking {
  /** What middleware added: see `kit().use()`. */
  readonly vars: V
  /** Aborts when the caller has cancelled or is gone: hand it on to whatever may take long. */
  readonly signal: AbortSignal
  /** What the caller says of itself and of this call. */
  readonly meta: Meta
  /** Who calls, where someone was authenticated. Never with the token. */
  readonly auth?: Auth | undefined
  /** Set where the call runs as a task: hand its id on to whoever ends it, and return `handedOver`. */
  readonly task?: { readonly id: string } | undefined
  /** Goes on where the caller has these scopes too; else ends the call with all that it needs. For needs that depend on data. */
  requireScopes(...scopes: readonly string[]): void
  /** Reads an HTTP header by its lowercase name: not those with the token of a caller who was authenticated. Absent where there are none. */
  readonly header?: ((name: string) => string | undefined) | undefined
  /** W3C Trace Context of the caller, to hand on. */
  readonly trace: Trace
  /** Tells how far the work is: `done` must grow. Sent to callers that asked for it, and not too often. */
  progress(done: number, total?: number, message?: string): void
  /** @deprecated Logging goes with SEP-2577, at the earliest on 2027-07-28: write to stderr or use OpenTelemetry. */
  readonly log: Log
  /** The answers to what an earlier `inputRequired()` of this call asked. Those of `ask` come by themselves. */
  readonly responses: Responses
  /** A `requestState` for `inputRequired()`: sealed, for this caller and this call, for ten minutes or as long as is said. */
  sealState(value: unknown, options?: { readonly ttlMs?: number }): Promise<string>
  /** What `sealState` put away, or undefined where this call brings nothing; fails the call where it was tampered with. */
  openState(): Promise<unknown>
}

export interface Trace {
  readonly traceparent?: string
  readonly tracestate?: string
  readonly baggage?: string
}

/** Messages for the caller, sent where it asked for their level. */
export type Log = {
  readonly [L in LogLevel]: (message: string, data?: unknown) => void
}

/** The context of one call. What is costly in it is made on first use, so that most calls never pay for it. */
export function createContext(call: Call, state: CallState): Context<object> {
  const ctx: Own = Object.create(shared)
  ctx.vars = {}
  ctx.meta = call.meta
  ctx.auth = call.auth
  ctx.task = call.journal && { id: call.journal.id }
  ctx.header = call.auth && call.header ? withoutToken(call.header) : call.header
  ctx[own] = state
  return ctx as Own & Context<object>
}

/** What is behind a context. */
export interface CallState {
  readonly call: Call
  readonly env: Environment
  /** What runs. */
  readonly feature: UsedFeature
  /** Gives the words to ask with. */
  readonly begin: () => Asking
  /** What earlier runs of the call have come to, once asking has begun. */
  recorded?: () => Promise<Recorded>
  /** Whether the call goes on: what is told after its result was made goes nowhere. */
  open: boolean
  progress?: Context<object>['progress']
  log?: Log
}

const own = Symbol('lutra.call')

interface Own {
  vars: object
  meta: Meta
  auth: Auth | undefined
  task: { readonly id: string } | undefined
  header: Call['header']
  [own]: CallState
}

// Getters on one shared prototype: a literal with getters costs several times a whole call.
const shared: Omit<Context<object>, 'vars' | 'meta' | 'auth' | 'task' | 'header'> & ThisType<Own> =
  {
    get signal() {
      return this[own].call.signal
    },
    get trace() {
      return traceOf(this.meta)
    },
    get requireScopes() {
      const { call, feature } = this[own]
      return (...scopes: readonly string[]) => {
        const owner = `this call of ${feature.kind} "${feature.name}"`
        assertScopes(call, readScopes([...feature.scopes, ...scopes], owner), owner)
      }
    },
    get progress() {
      const state = this[own]
      state.progress ??= createProgress(state)
      return state.progress
    },
    get log() {
      const state = this[own]
      state.log ??= createLog(state)
      return state.log
    },
    get responses() {
      return readResponses(this[own].call)
    },
    get sealState() {
      const { call, env } = this[own]
      return (value: unknown, options?: { readonly ttlMs?: number }) =>
        sealState(call, value, { ...sealing(env), ...options })
    },
    get openState() {
      const { call, env } = this[own]
      return () => openState(call, sealing(env))
    },
    get ask() {
      return this[own].begin().ask
    },
    get askUrl() {
      return this[own].begin().askUrl
    },
    get step() {
      return this[own].begin().step
    },
    get sample() {
      const { begin, env } = this[own]
      deprecate('ctx.sample', "call a model's API from the server", env.logger)
      return begin().sample
    },
    get roots() {
      const { begin, env } = this[own]
      deprecate('ctx.roots', 'take paths as tool arguments', env.logger)
      return begin().roots
    },
  }

/** What earlier runs of a call have come to, and what this one has: nothing where it never asked. */
export async function recordedOf(ctx: Context<object>): Promise<Recorded> {
  const { recorded } = (ctx as Own & Context<object>)[own]
  return (await recorded?.()) ?? { answers: new Map(), steps: new Map() }
}

/** How the state of this server's calls is sealed. */
export function sealing({ seal, name, asking }: Environment) {
  return { ...asking, seal, scope: name }
}

// A token is for this server alone: what it hands on must not be able to hold it.
function withoutToken(header: ReadHeader): ReadHeader {
  return (name) => (tokenHeaders.has(name) ? undefined : header(name))
}

const tokenHeaders: ReadonlySet<string> = new Set(['authorization', 'dpop'])

function createProgress(state: CallState): Context<object>['progress'] {
  const { progressToken } = state.call.meta
  if (progressToken === undefined) return () => {}
  let reached = Number.NEGATIVE_INFINITY
  const mayPass = createLimiter(state.env.limits.notificationsPerSecond)
  return (done, total, message) => {
    if (!(done > reached) || !Number.isFinite(done)) return
    const isLast = total !== undefined && done >= total
    if (!mayPass() && !isLast) return
    reached = done
    send(state, 'notifications/progress', {
      progressToken,
      progress: done,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    })
  }
}

function createLog(state: CallState): Log {
  const { call, env } = state
  deprecate('ctx.log', 'write to stderr or use OpenTelemetry', env.logger)
  const { logLevel } = call.meta
  const least = logLevel && env.logging ? logLevels.indexOf(logLevel) : logLevels.length
  const mayPass = createLimiter(env.limits.notificationsPerSecond)
  const entries = logLevels.map((level, rank) => {
    const write = (message: string, data?: unknown) => {
      if (rank < least || !mayPass()) return
      const told = data === undefined ? message : { message, data }
      send(state, 'notifications/message', { level, data: told })
    }
    return [level, write] as const
  })
  return Object.fromEntries(entries) as Log
}

function send({ call, open }: CallState, method: string, params: Record<string, unknown>): void {
  if (open) call.notify({ method, params })
}

/** Lets so many through in each second. */
function createLimiter(perSecond: number): () => boolean {
  let begun = 0
  let passed = 0
  return () => {
    const now = Date.now()
    if (now - begun >= 1000) {
      begun = now
      passed = 0
    }
    return ++passed <= perSecond
  }
}

function traceOf({ traceparent, tracestate, baggage }: Meta): Trace {
  return {
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  }
}
