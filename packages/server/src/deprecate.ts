/** Warnings that tell what to use instead of what goes away. */
import type { Logger } from './server-types.ts'

/** Warns of a deprecated feature, once in a process, whoever uses it how often. */
export function deprecate(name: string, instead: string, logger: Logger): void {
  if (warned.has(name)) return
  warned.add(name)
  logger.warn(`${name} is deprecated: ${instead}`)
}

/** A logger that writes nothing to stdout, which may be a wire: warnings of the process, else of the console. */
export function createLogger(): Logger {
  return {
    warn(message) {
      const { process } = globalThis as {
        process?: { emitWarning?: (text: string, type: string) => void }
      }
      if (process?.emitWarning) process.emitWarning(message, 'DeprecationWarning')
      // biome-ignore lint/suspicious/noConsole: where there is no process, the console is the only place to tell it.
      else console.warn(message)
    },
    error(message, cause) {
      // biome-ignore lint/suspicious/noConsole: errors that nobody asked for must not vanish; this goes to stderr.
      console.error(message, cause)
    },
  }
}

// The one thing that belongs to the process: "once" means once for all its servers.
const warned = new Set<string>()
