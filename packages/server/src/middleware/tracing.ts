import type { Middleware } from '@lutra/core'
import { type OpenTelemetry, type TracingOptions, traceCalls } from '@lutra/core/trace'

/**
 * Makes an OpenTelemetry span of each call that a server takes: child of the caller's, which came in `_meta`, and parent of
 * all that the call leads to. Costs nothing where `@opentelemetry/api` is not installed.
 */
export function tracing(options?: TracingOptions): Middleware {
  return traceCalls('server', load, options)
}

// By a name that bundlers do not follow, since the package need not be there.
async function load(): Promise<OpenTelemetry | undefined> {
  const name: string = '@opentelemetry/api'
  return import(/* @vite-ignore */ name)
}
