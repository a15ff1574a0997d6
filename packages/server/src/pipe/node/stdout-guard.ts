/**
 * Takes standard output for messages alone: whatever else writes to it, such as a stray `console.log`, goes to standard
 * error until `release`. See /specification/2026-07-28/basic/transports/stdio
 */
export interface StdoutGuard {
  /** Writes to the real standard output. */
  readonly write: (text: string, done?: () => void) => boolean
  release(): void
}

export function guardStdout(stdout = process.stdout, stderr = process.stderr): StdoutGuard {
  const own = Object.getOwnPropertyDescriptor(stdout, 'write')
  const write = stdout.write
  const diverted = (...args: unknown[]): boolean => Reflect.apply(stderr.write, stderr, args)
  stdout.write = diverted
  return {
    write: (text, done) => write.call(stdout, text, 'utf8', done),
    release() {
      // Someone may have put a guard of their own over this one: theirs to take away.
      if (stdout.write !== diverted) return
      if (own) Object.defineProperty(stdout, 'write', own)
      else Reflect.deleteProperty(stdout, 'write')
    },
  }
}
