import type { Connection, Middleware } from '@lutra/core'
import { answerInputs } from '../middleware/answer-inputs.ts'
import { cache } from '../middleware/cache.ts'
import { checkResult } from '../middleware/check-result.ts'
import { retry } from '../middleware/retry.ts'
import { type PlainClientOptions, warnBy } from '../options.ts'
import { capabilitiesOf } from './meta.ts'

/** All that a client does around a call, from the outside in. */
export function wrap(
  { discovered }: Connection,
  options: PlainClientOptions,
): readonly Middleware[] {
  const { answer = {}, forms, samples, maxRounds, retries } = options
  if (answer.elicit && !forms) throw new TypeError('answer.elicit needs forms: fillForm beside it')
  if (answer.sample && !samples) throw new TypeError('answer.sample needs samples: runSample')
  const onWarning = warnBy(options)
  const capabilities = capabilitiesOf(options)
  return [
    ...(options.middleware ?? []),
    answerInputs({
      answer,
      forms,
      samples,
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
