/** Questions of a server to its client, which the legacy era sends as requests of their own. See /specification/2025-11-25/client */
import type { Params } from '../call.ts'
import type { InputRequest } from '../input.ts'
import { isObject } from '../message.ts'
import type { Revision } from './revision.ts'

/** A question as a request to a legacy client. `elicitationId` names the visit of a page, where it asks for one. */
export function lowerQuestion(
  question: InputRequest,
  revision: Revision,
  elicitationId: string,
): { readonly method: string; readonly params: Params } {
  const { method, params = {} } = question
  if (method === 'sampling/createMessage') return { method, params: sampling(params, revision) }
  if (method !== 'elicitation/create') return { method, params }
  if (isUrlQuestion(question)) return { method, params: { ...params, elicitationId } }
  return { method, params: revision.titledEnums ? params : plainForm(params) }
}

/** Whether a question sends the person to a page instead of asking for a form. */
export function isUrlQuestion({ method, params }: InputRequest): boolean {
  return method === 'elicitation/create' && params?.['mode'] === 'url'
}

/** Older clients know no mode, and titles of choices as `enumNames`. */
function plainForm(params: Params): Params {
  const { mode: _, ...rest } = params
  const schema = rest['requestedSchema']
  if (!isObject(schema) || !isObject(schema['properties'])) return rest
  const properties = Object.fromEntries(
    Object.entries(schema['properties']).map(([name, property]) => [name, plainEnum(property)]),
  )
  return { ...rest, requestedSchema: { ...schema, properties } }
}

function plainEnum(property: unknown): unknown {
  if (!isObject(property) || !Array.isArray(property['oneOf'])) return property
  const { oneOf, ...rest } = property
  const choices = (oneOf as unknown[]).filter(isObject)
  return {
    ...rest,
    enum: choices.map((choice) => choice['const']),
    enumNames: choices.map((choice) => choice['title'] ?? choice['const']),
  }
}

/** Before messages could hold several blocks, each block is a message. */
function sampling(params: Params, revision: Revision): Params {
  const messages = params['messages']
  if (revision.samplingTools || !Array.isArray(messages)) return params
  return { ...params, messages: messages.flatMap(oneBlockEach) }
}

function oneBlockEach(message: unknown): unknown[] {
  if (!isObject(message) || !Array.isArray(message['content'])) return [message]
  return message['content'].map((content: unknown) => ({ ...message, content }))
}
