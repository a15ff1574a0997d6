import { type Call, type InputMethod, type InputRequest, isObject, type Params } from '@lutra/core'

const inputMethods: ReadonlySet<string> = new Set<InputMethod>([
  'elicitation/create',
  'sampling/createMessage',
  'roots/list',
])

/** The modern question in a legacy server's request, or undefined where it asks for something else. */
export function readQuestion(method: string, params: Params = {}): InputRequest | undefined {
  if (!inputMethods.has(method)) return undefined
  // These words belong to the session that the question came by.
  const { _meta, task, elicitationId, ...rest } = params
  const asked = method as InputMethod
  return Object.keys(rest).length === 0 ? { method: asked } : { method: asked, params: rest }
}

/** Whether whoever makes this call declared that it can answer such a question. */
export function canAnswer(call: Call, { method, params }: InputRequest): boolean {
  const { elicitation, sampling, roots } = call.meta.clientCapabilities
  if (method === 'roots/list') return isObject(roots)
  if (method === 'sampling/createMessage') {
    if (!isObject(sampling)) return false
    return params?.['tools'] === undefined || isObject(sampling['tools'])
  }
  if (!isObject(elicitation)) return false
  if (params?.['mode'] === 'url') return isObject(elicitation['url'])
  return isObject(elicitation['form']) || !isObject(elicitation['url'])
}
