import { hashOf } from './hash-of.ts'

/** What this process knows of the slots of a caller. What it does not know costs it a look, and nobody a slot. */
export interface Caller {
  /** Its name as a part of keys. */
  readonly name: string
  /** Slots that were free a moment ago. */
  readonly free: number[]
  /** Set when there were none: how long to believe that, by the clock of the process, and when the first is free at the latest. */
  full: { readonly until: number; readonly firstEnd: number } | undefined
  /** Where to go on looking for slots whose tasks are over. */
  place: number
  finding: Promise<number | undefined> | undefined
}

/** Those callers of which something was heard last. */
export function createCallers() {
  const callers = new Map<string, Caller>()
  return {
    async of(principal: string): Promise<Caller> {
      const known = callers.get(principal)
      const name = known?.name ?? (await hashOf(principal))
      const caller = callers.get(principal) ?? newCaller(name)
      callers.delete(principal)
      callers.set(principal, caller)
      const [longestAgo] = callers.keys()
      if (callers.size > mostCallers && longestAgo !== undefined) callers.delete(longestAgo)
      return caller
    },
  }
}

const mostCallers = 1000

function newCaller(name: string): Caller {
  return { name, free: [], full: undefined, place: 0, finding: undefined }
}

/** Remembers a slot that is free. */
export function keep(caller: Caller, number: number): void {
  caller.full = undefined
  if (caller.free.length < mostFree) caller.free.push(number)
}

const mostFree = 100
