/** Does something of a test, such as starting a server, without what it tells a person in front of it: a test is meant to do that. */
export function quietly<T>(run: () => T): T {
  const { warn, info } = console
  const { emitWarning } = process
  Object.assign(console, { warn: nothing, info: nothing })
  process.emitWarning = nothing
  try {
    return run()
  } finally {
    Object.assign(console, { warn, info })
    process.emitWarning = emitWarning
  }
}

function nothing(): void {}
