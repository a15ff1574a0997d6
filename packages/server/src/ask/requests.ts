/** The questions that a server may put to its caller. See /specification/2026-07-28/basic/patterns/mrtr#inputrequests */
import {
  checkSampleRequest,
  type InputRequest,
  type SampleRequest,
  type StandardSchema,
  toForm,
} from '@lutra/core'
import { secretField } from './secret-field.ts'

/** Asks a person to fill in a form; throws `TypeError` naming the property that no form can ask for, secrets among them. */
export function elicit(
  message: string,
  schema: StandardSchema | Readonly<Record<string, unknown>>,
): InputRequest {
  const requestedSchema = toForm(schema)
  const secret = secretField(requestedSchema)
  if (secret !== undefined) {
    throw new TypeError(`A form cannot ask for "${secret}": send people to a page for secrets`)
  }
  return { method: 'elicitation/create', params: { message, requestedSchema } }
}

/**
 * Asks a person to open a page: for secrets, payments and consent elsewhere, which must not pass through the client.
 * The page must find out by itself that its visitor is the one who was asked.
 */
export function elicitUrl(message: string, url: string | URL): InputRequest {
  const { protocol, hostname, username, password, href } = new URL(url)
  const safe = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname))
  if (!safe || username || password) {
    throw new TypeError(`Expected an https URL without credentials: ${protocol}//…`)
  }
  return { method: 'elicitation/create', params: { mode: 'url', message, url: href } }
}

/**
 * Asks the client's model to write a message; throws `TypeError` for a conversation that no model could continue.
 * @deprecated Sampling goes with SEP-2577, at the earliest on 2027-07-28: call a model's API from the server.
 */
export function sample(request: SampleRequest): InputRequest {
  const problem = checkSampleRequest(request)
  if (problem !== undefined) throw new TypeError(`Cannot ask for a sample: ${problem}`)
  return { method: 'sampling/createMessage', params: { ...request } }
}

/**
 * Asks for the folders that the client works in.
 * @deprecated Roots go with SEP-2577, at the earliest on 2027-07-28: take paths as tool arguments.
 */
export function listRoots(): InputRequest {
  return { method: 'roots/list' }
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
