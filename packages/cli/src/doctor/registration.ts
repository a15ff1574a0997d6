import type { ServerMetadata } from './authorization-server.ts'
import type { Examination } from './finding.ts'
import { see } from './see.ts'

/** Says how this command line comes to a client id at an authorization server. */
export function examineRegistration(
  metadata: ServerMetadata,
  client: { readonly given: string | undefined; readonly held: string | undefined },
  { say }: Examination,
): void {
  const { issuer } = metadata
  const step = 'registration'
  const documents = metadata['client_id_metadata_document_supported'] === true
  const dynamic = typeof metadata['registration_endpoint'] === 'string'
  const ways = [
    ...(documents ? ['by metadata documents'] : []),
    ...(dynamic ? ['by themselves'] : []),
    'by hand',
  ]
  say(step, 'told', `At ${issuer} clients are registered ${ways.join(', ')}`)
  if (client.given !== undefined) {
    const isDocument = /^https:/.test(client.given)
    if (isDocument && !documents) {
      say(step, 'bad', {
        what: 'The client id is the URL of a metadata document, and this authorization server reads none',
        side: 'this command line',
        fix: 'Give the id of a client that was registered there by hand, or leave --client-id out',
        see: see.registration,
      })
    } else say(step, 'good', `This command line is ${client.given} there, as --client-id says`)
  } else if (client.held !== undefined) {
    say(step, 'good', `This command line is registered there as ${client.held}`)
  } else if (dynamic) {
    say(step, 'good', 'This command line can register itself there')
  } else {
    say(step, 'bad', {
      what: documents
        ? 'This command line has no metadata document of its own, and cannot register itself there'
        : 'Clients cannot register themselves there, neither by a metadata document nor dynamically',
      side: 'the authorization server',
      fix:
        'Register a client there by hand: public (without a secret), with the redirect URI http://127.0.0.1/callback; ' +
        'then give its id: --client-id ID. Or switch on client metadata documents or dynamic registration',
      see: see.registration,
    })
  }
}
