import { type Call, type Id, isObject, type Params } from '@lutra/core'

const modernOnly = 'io.modelcontextprotocol/'

/** The params of a modern call as a legacy server knows them; `token` stands for its progress token. */
export function lowerParams({ params, meta }: Call, token: Id | undefined): Params {
  const { inputResponses, requestState, _meta, ...rest } = params
  const own = Object.entries(isObject(_meta) ? _meta : {}).filter(
    ([key]) => !key.startsWith(modernOnly) && key !== 'progressToken',
  )
  if (token !== undefined) own.push(['progressToken', token])
  for (const key of ['traceparent', 'tracestate', 'baggage'] as const) {
    const value = meta[key]
    if (value !== undefined) own.push([key, value])
  }
  return own.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(own) }
}
