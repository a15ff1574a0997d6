/** What the engine needs of PostgreSQL, whichever library or build of it there is. */
export interface Sql {
  /** Runs one statement; values go apart from its text. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Runs several statements that take no values. */
  run(text: string): Promise<void>
  /** Hears a channel. `onReady` is called whenever hearing begins, also again after the connection was lost. */
  listen(channel: string, listen: (payload: string) => void, onReady: () => void): Promise<void>
  close(): Promise<void>
}

export type Row = Readonly<Record<string, unknown>>
