import { type Connection, compileSchema } from '@lutra/core'
import { fillForm } from '../middleware/fill-form.ts'
import { runSample } from '../middleware/run-sample.ts'
import { validateOutput } from '../middleware/validate-output.ts'
import { type ClientOptions, warnBy } from '../options.ts'
import { type Client, createPlainClient } from './client.ts'

/** Puts words on a connection: lists, typed calls, questions answered, results cached and checked. */
export function createClient<S = unknown>(
  connection: Connection,
  { compile = compileSchema, middleware = [], ...options }: ClientOptions = {},
): Client<S> {
  const checks = compile ? [validateOutput({ compile, onWarning: warnBy(options) })] : []
  return createPlainClient(connection, {
    forms: fillForm,
    samples: runSample,
    ...options,
    middleware: [...middleware, ...checks],
  })
}
