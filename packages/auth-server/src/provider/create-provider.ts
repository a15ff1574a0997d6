import Provider from 'oidc-provider'
import { registerAssertionGrant } from '../assertion/assertion-grant.ts'
import { acceptsAssertions } from '../clients/known-clients.ts'
import { configuration, type Parts } from './configuration.ts'
import { describeServer } from './metadata.ts'

/** Makes a provider of these keys; when they change, another one takes its place. */
export function createProvider(parts: Parts): Provider {
  const { settings, keys, admit } = parts
  const provider = new Provider(settings.issuer, configuration(parts))
  // The listener sets what a proxy would: the issuer says where we are, not whoever asks.
  provider.proxy = true
  describeServer(provider, settings)
  if (acceptsAssertions(settings)) registerAssertionGrant(provider, { settings, keys, admit })
  return provider
}
