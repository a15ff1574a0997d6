/** Programs that are known by a JWT of the platform they run on (SEP-1933): no secret of theirs is kept anywhere. */
import { jwtVerify } from 'jose'
import type { WorkloadOptions } from '../options.ts'
import { routes } from '../provider/routes.ts'
import type { Settings } from '../settings.ts'
import { invalidGrant, verifying } from './admitted.ts'
import type { Admit } from './identity-assertion.ts'
import { createIssuerKeys } from './issuer-keys.ts'

/** Admits workloads by their platform's JWTs, which they may use again until those expire. */
export function createWorkloadAdmission(
  workloads: readonly WorkloadOptions[],
  settings: Settings,
): Admit {
  const known = new Map(
    workloads.map((workload) => [workload.id, { workload, keys: createIssuerKeys(workload) }]),
  )
  return async ({ assertion, clientId }) => {
    const found = known.get(clientId)
    if (!found) throw invalidGrant('this client is no workload')
    const { workload, keys } = found
    const { protectedHeader } = await verifying(async () =>
      jwtVerify(assertion, await keys.get(), {
        algorithms: keys.algorithms,
        issuer: workload.issuer,
        subject: workload.subject,
        audience: [settings.issuer, `${settings.url.origin}${settings.path}${routes.token}`],
        clockTolerance: 30,
        requiredClaims: ['exp'],
      }),
    )
    // An access token of that issuer is somebody's way in elsewhere, not a word about who runs here.
    if (/^(application\/)?at\+jwt$/i.test(protectedHeader.typ ?? ''))
      throw invalidGrant('it is an access token')
    return {
      subject: undefined,
      resource: undefined,
      scopes: workload.scopes,
      spend: async () => {},
    }
  }
}
