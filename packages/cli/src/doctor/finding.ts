/** One thing that an examination has found out. */
export interface Finding {
  readonly step: Step
  readonly outcome: Outcome
  /** What was found, in plain words. Text of servers is in it. */
  readonly what: string
  /** Whose it is to change. */
  readonly side?: Side
  /** What to do about it. */
  readonly fix?: string
  /** Where it is written that it has to be so. */
  readonly see?: string
}

/** `good`: as it should be. `bad`: nobody gets in like this. `odd`: it works, and should be otherwise. `told`: good to know. */
export type Outcome = 'good' | 'bad' | 'odd' | 'told'

export type Step =
  | 'address'
  | 'answer'
  | 'challenge'
  | 'resource metadata'
  | 'authorization server'
  | 'registration'
  | 'credentials'
  | 'call'

export type Side =
  | 'this command line'
  | 'the network'
  | 'the MCP server'
  | 'the authorization server'

/** What each step of an examination works with. */
export interface Examination {
  /** The server, as it was named. */
  readonly server: URL
  /** Fetches what servers name: the guard against addresses of their making is in it. */
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
  /** Milliseconds that each request may take. */
  readonly timeoutMs: number
  say(step: Step, outcome: Outcome, what: string | Omit<Finding, 'step' | 'outcome'>): void
  /** Tells what is going on until the next finding. */
  busy(what: string): void
}
