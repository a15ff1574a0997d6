/** What a caller must have declared to be asked. See /specification/2026-07-28/client/elicitation#capabilities */
import { type ClientCapabilities, type InputRequest, isObject } from '@lutra/core'

/** The capabilities that a question needs and that this call did not declare; undefined where it may be asked. */
export function lackingFor(
  request: InputRequest,
  declared: ClientCapabilities,
): Readonly<Record<string, unknown>> | undefined {
  switch (request.method) {
    case 'elicitation/create':
      return lackingMode(request.params?.['mode'] === 'url' ? 'url' : 'form', declared)
    case 'sampling/createMessage':
      return lackingSampling(request, declared)
    case 'roots/list':
      return isObject(declared.roots) ? undefined : { roots: {} }
  }
}

function lackingMode(mode: 'form' | 'url', { elicitation }: ClientCapabilities) {
  // Declared without a mode it means forms, as it did before there were modes.
  const modes =
    isObject(elicitation) && !elicitation['url'] ? { form: {}, ...elicitation } : elicitation
  return isObject(modes?.[mode]) ? undefined : { elicitation: { [mode]: {} } }
}

function lackingSampling({ params }: InputRequest, { sampling }: ClientCapabilities) {
  if (params?.['tools'] !== undefined && !isObject(sampling?.tools))
    return { sampling: { tools: {} } }
  return isObject(sampling) ? undefined : { sampling: {} }
}
