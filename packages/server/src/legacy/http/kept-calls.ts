/** Calls that wait for their clients, in the store, so that another instance can go on with them when theirs is gone. */
import { type InputRequiredResult, isObject, type RequestMessage, type Store } from '@lutra/core'
import { retryStore } from '@lutra/core/wait'
import type { Checkpoint } from '../run-call.ts'
import { questionKey } from './answers.ts'
import { createBudget } from './budget.ts'
import type { StreamName } from './event-log.ts'
import type { Presence } from './presence.ts'

/** A call as it was kept when it asked its client. */
export interface KeptCall {
  /** The instance that has it. */
  readonly by: string
  /** Another one each time that it is written. */
  readonly turn: string
  /** Whether it waits for answers; else it is worked on with them. */
  readonly parked: boolean
  readonly message: RequestMessage
  readonly result: InputRequiredResult
  /** The ids of its questions, by their keys. */
  readonly ids: readonly (readonly [key: string, id: string])[]
}

/** A call that is kept from its first question to its end. */
export interface CallKeeper extends Checkpoint {
  /** Forgets it. Nobody has to wait for that. */
  end(): void
}

export interface FoundCall {
  readonly name: StreamName
  readonly call: KeptCall
  readonly version: string
}

export interface KeptCalls {
  /** Keeps a call once it asks, under the name of the stream to its client. */
  begin(name: StreamName, message: RequestMessage): CallKeeper
  find(name: StreamName): Promise<FoundCall | undefined>
  /** Whether all that it asks is answered. */
  isAnswered(found: FoundCall): Promise<boolean>
  /** Takes a call over; undefined where somebody else was faster. */
  take(found: FoundCall): Promise<CallKeeper | undefined>
}

export interface KeptCallsOptions {
  readonly store: Store
  readonly presence: Presence
  /** Milliseconds that a call may wait for an answer. */
  readonly timeoutMs: number
  readonly onError: (error: unknown) => void
}

/** A call goes on elsewhere: what it came to here counts for nothing. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError'
}

export function createKeptCalls(options: KeptCallsOptions): KeptCalls {
  const desk = createDesk(options)
  const { store, presence } = options
  return {
    begin: (name, message) => createKeeper(desk, { name, message }),
    async find(name) {
      const found = await store.get(keyOf(name))
      // Nobody but instances of this server writes there.
      return found && { name, call: found.value as KeptCall, version: found.version }
    },
    async isAnswered({ name: { sid }, call: { ids } }) {
      const found = await store.getMany(ids.map(([, id]) => questionKey(sid, id)))
      return found.every((one) => isObject(one?.value) && one.value['answer'] !== undefined)
    },
    async take({ name, call, version: before }) {
      const leave = await presence.begin()
      const next = desk.sign({ ...call, parked: true })
      const version = await retryStore(() => desk.write(name, next, before)).catch((reason) => {
        leave()
        throw reason
      })
      if (version === undefined) {
        leave()
        return undefined
      }
      const { message } = call
      const taken = { found: { name, call: next, version }, leave }
      return createKeeper(desk, { name, message, taken })
    },
  }
}

type Desk = ReturnType<typeof createDesk>

/** What the keepers of one instance share. */
function createDesk({ store, presence, timeoutMs, onError }: KeptCallsOptions) {
  const ttlMs = timeoutMs * 2
  const budget = createBudget(maxLength, ttlMs)
  return {
    begin: presence.begin,
    /** Whether there is room for as much. */
    spend: (message: RequestMessage, result: InputRequiredResult) =>
      budget.spend(JSON.stringify(message).length + JSON.stringify(result).length),
    sign: (call: Omit<KeptCall, 'by' | 'turn'>): KeptCall => ({
      ...call,
      by: presence.name,
      turn: crypto.randomUUID(),
    }),
    /** Writes over what is there; undefined where another instance has left that. */
    async write(name: StreamName, call: KeptCall, before: string | null) {
      const version = await store.set(keyOf(name), call, { ttlMs, ifVersion: before })
      if (version !== undefined) return version
      // The store may have done so already, and the way back from it was lost.
      const found = await store.get(keyOf(name))
      return isObject(found?.value) && found.value['turn'] === call.turn ? found.version : undefined
    },
    forgetAnswers({ name, call }: FoundCall): void {
      for (const [, id] of call.ids) store.delete(questionKey(name.sid, id)).catch(onError)
    },
    forget({ name, version }: FoundCall): void {
      store.delete(keyOf(name), { ifVersion: version }).catch(onError)
    },
  }
}

interface Keeping {
  readonly name: StreamName
  readonly message: RequestMessage
  /** Where it was kept already. */
  readonly taken?: { readonly found: FoundCall; readonly leave: () => void }
}

function createKeeper(desk: Desk, { name, message, taken }: Keeping): CallKeeper {
  let { found: kept, leave } = taken ?? {}

  async function put(call: Omit<KeptCall, 'by' | 'turn'>, signal: AbortSignal): Promise<void> {
    const before = kept?.version ?? null
    const next = desk.sign(call)
    leave ??= await desk.begin()
    const work = () => desk.write(name, next, before)
    // What fails before anything was asked fails at once: no answer is lost with it.
    const version = kept ? await retryStore(work, { signal }) : await work()
    if (version === undefined) {
      kept = undefined
      throw new OvertakenError('The call goes on elsewhere')
    }
    kept = { name, call: next, version }
  }

  return {
    from: kept?.call.result,
    idOf: (key) => kept?.call.ids.find(([asked]) => asked === key)?.[1],
    async park(result, signal) {
      if (kept?.call.result === result || !desk.spend(message, result)) return
      const before = kept
      const keys = Object.keys(result.inputRequests ?? {})
      const ids = keys.map((key) => [key, crypto.randomUUID()] as const)
      await put({ message, result, ids, parked: true }, signal)
      if (before) desk.forgetAnswers(before)
    },
    async resume(signal) {
      if (kept) await put({ ...kept.call, parked: false }, signal)
    },
    end() {
      leave?.()
      if (!kept) return
      desk.forgetAnswers(kept)
      desk.forget(kept)
    },
  }
}

// Characters that one instance has kept at once: calls beyond that end with their instance.
const maxLength = 64 * 1024 * 1024

function keyOf({ sid, streamId }: StreamName): string {
  return `lutra/legacy/call/${sid}/${streamId}`
}
