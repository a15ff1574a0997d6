import type { Connection, Middleware } from '@lutra/core'
import { answerInputs } from '../middleware/answer-inputs.ts'
import { cache } from '../middleware/cache.ts'
import { checkResult } from '../middleware/check-result.ts'
import { retry } from '../middleware/retry.ts'
import { validateOutput } from '../middleware/validate-output.ts'
import { type ClientOptions, warnBy } from '../options.ts'
import { capabilitiesOf } from './meta.ts'

/** All that a client does around a call, from the outside in. */
export function wrap({ discovered }: Connection, options: ClientOptions): readonly Middleware[] {
  const { answer = {}, compile, maxRounds, retries } = options
  const onWarning = warnBy(options)
  const capabilities = capabilitiesOf(options)
  return [
    ...(options.middleware ?? []),
    ...(compile ? [validateOutput({ compile, onWarning })] : []),
    answerInputs({
      answer,
      capabilities,
      server: discovered.serverInfo,
      onWarning,
      ...(maxRounds !== undefined && { maxRounds }),
    }),
    ...(options.extensions ?? []).flatMap(({ middleware }) => middleware ?? []),
    ...(options.cache === false ? [] : [cache(options.cache)]),
    retry(retries === undefined ? {} : { retries }),
    checkResult,
  ]
}
