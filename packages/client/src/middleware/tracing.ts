import type { Middleware } from '@lutra/core'
import { type OpenTelemetry, type TracingOptions, traceCalls } from '@lutra/core/trace'

/**
 * Makes an OpenTelemetry span of each call that a client makes, and hands its trace on to the server in `_meta`. Costs
 * nothing where `@opentelemetry/api` is not installed.
 */
export function tracing(options?: TracingOptions): Middleware {
  return traceCalls('client', load, options)
}

// By a name that bundlers do not follow, since the package need not be there.
async function load(): Promise<OpenTelemetry | undefined> {
  const name: string = '@opentelemetry/api'
  return import(/* @vite-ignore */ name)
}
