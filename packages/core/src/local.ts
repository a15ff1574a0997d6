/** What the maker of a call keeps for it on its own side, and what never travels. */
export interface Local {
  readonly options: { readonly timeoutMs?: number; readonly maxTimeoutMs?: number }
  readonly deadline?: Clock
}

/** The clock of a call. */
export interface Clock {
  /** Milliseconds without news; 0: no limit. */
  readonly timeoutMs: number
  /** Stops the clock, until the function that it returns is called. */
  pause(): () => void
  /** Takes the limit of the time without news away, and with `all` that of the whole time too. */
  lift(all: boolean): void
  /** Called when the call is over, however it ended. Who has to know of that puts its own around it. */
  end(): void
}

/** What belongs to a call, by its signal, which every client call has of its own and which copies of a call keep. */
export const locals: WeakMap<AbortSignal, Local> = new WeakMap()
