import { type ClientCapabilities, isExtensionId, type Meta } from '@lutra/core'
import type { IdentityOptions } from '../options.ts'

/** The envelope that goes with every call of a client. */
export function clientMeta(options: IdentityOptions, protocolVersion: string): Meta {
  return {
    protocolVersion,
    clientCapabilities: capabilitiesOf(options),
    clientInfo: options.info ?? { name: 'lutra', version: '0.1.0' },
  }
}

/** What a client declares: a capability for each handler and extension that it was given, and what it adds by hand. */
export function capabilitiesOf(options: IdentityOptions): ClientCapabilities {
  const { answer = {}, extensions = [], capabilities = {} } = options
  const declared = new Map<string, unknown>()
  if (answer.elicit || answer.elicitUrl) {
    declared.set('elicitation', {
      ...(answer.elicit && { form: {} }),
      ...(answer.elicitUrl && { url: {} }),
    })
  }
  if (answer.sample) declared.set('sampling', {})
  if (answer.roots) declared.set('roots', {})
  for (const { id } of extensions) {
    if (!isExtensionId(id)) {
      throw new TypeError(`Expected an extension id with a prefix, as com.example/name: ${id}`)
    }
  }
  if (extensions.length > 0) {
    declared.set(
      'extensions',
      Object.fromEntries(extensions.map(({ id, settings }) => [id, settings ?? {}])),
    )
  }
  for (const [name, given] of Object.entries(capabilities)) {
    declared.set(name, { ...(declared.get(name) as object | undefined), ...(given as object) })
  }
  return Object.fromEntries(declared)
}
