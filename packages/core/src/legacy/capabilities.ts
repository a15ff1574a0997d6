/** Capabilities across the eras: `initialize` once, each request since. See /specification/2025-11-25/basic/lifecycle#capability-negotiation */
import { isObject } from '../message.ts'
import type { ClientCapabilities, Extensions, ServerCapabilities } from '../shapes.ts'
import type { Revision } from './revision.ts'

/** What a handler may rely on of a legacy client: what it declared, less what its revision has no words for. */
export function liftClientCapabilities(
  declared: Readonly<Record<string, unknown>>,
  revision: Revision,
): ClientCapabilities {
  const { elicitation, sampling, extensions, tasks: _, ...rest } = declared
  const capabilities: Record<string, unknown> = rest
  if (isObject(elicitation)) {
    const modes = modesOf(elicitation, revision)
    if (modes) capabilities['elicitation'] = modes
  }
  if (isObject(sampling)) capabilities['sampling'] = revision.samplingTools ? sampling : {}
  if (isObject(extensions)) capabilities['extensions'] = withoutModern(extensions)
  return capabilities
}

/** What a legacy client is told of a server. */
export function lowerServerCapabilities(capabilities: ServerCapabilities): ServerCapabilities {
  if (!capabilities.extensions) return capabilities
  return { ...capabilities, extensions: withoutModern(capabilities.extensions) }
}

/** No mode named means that forms can be asked; `url` is worth nothing to a revision without it. */
function modesOf(
  declared: Readonly<Record<string, unknown>>,
  { elicitation }: Revision,
): Record<string, unknown> | undefined {
  if (elicitation.length === 0) return undefined
  const form = isObject(declared['form']) || !isObject(declared['url'])
  const url = isObject(declared['url']) && elicitation.includes('url')
  if (!form && !url) return undefined
  return { ...(form && { form: {} }), ...(url && { url: {} }) }
}

/** Tasks answer with a result type, which the legacy wire does not have. */
function withoutModern(extensions: Readonly<Record<string, unknown>>): Extensions {
  const { 'io.modelcontextprotocol/tasks': _, ...rest } = extensions
  return rest as Extensions
}
