/** What a process holds, in bytes. */
export interface Memory {
  /** Of the heap of JavaScript, after what is garbage has gone. */
  readonly heap: number
  /** Of the machine's memory, as the system counts it. */
  readonly rss: number
}

/** The bytes of one of several that came in between. */
export function perOne(before: Memory, after: Memory, count: number): Memory {
  // What the process had to spare is nothing that it takes.
  const rss = Math.max(after.rss - before.rss, 1)
  return { heap: (after.heap - before.heap) / count, rss: rss / count }
}
