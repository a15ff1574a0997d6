import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAdmission } from './assertion/assertion-grant.ts'
import { type Budget, createBudget } from './budget.ts'
import { knownClients } from './clients/known-clients.ts'
import { patientFetch } from './clients/patient-fetch.ts'
import type { AnswerParts } from './interaction/answer.ts'
import { givenKeys, type KeyRing, type Keys, openKeys } from './keys.ts'
import { createProvider } from './provider/create-provider.ts'
import { routes } from './provider/routes.ts'
import { createUsers } from './provider/users.ts'
import type { Settings } from './settings.ts'
import { createUpstreamSignIn } from './sign-in/upstream.ts'

/** A server that runs, as its listener sees it. */
export interface Running {
  readonly settings: Settings
  readonly ring: KeyRing
  /** What answers requests now: made anew when the keys have changed. */
  parts(): Promise<RunningParts>
  /** How many clients can register in a minute. */
  readonly registrations: Budget
  /** Tells whoever runs the server of what it cannot tell a client. */
  report(error: unknown): void
}

export interface RunningParts extends AnswerParts {
  callback(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export interface RunningOptions {
  readonly fetch: typeof fetch
  report(error: unknown): void
}

/** Starts what answers requests, when the first one comes. */
export function run(settings: Settings, { fetch, report }: RunningOptions): Running {
  const ring = settings.keys ? givenKeys(settings.keys) : openKeys(settings.store)
  const clients = knownClients(settings)
  const admit = createAdmission(settings)
  const patient = patientFetch(fetch)
  const users = createUsers(settings.store, settings.isWelcome)
  const { signIn } = settings
  const redirectUri = `${settings.url.origin}${settings.path}${routes.callback}`
  const upstream =
    typeof signIn === 'object' && signIn.kind === 'upstream'
      ? createUpstreamSignIn(signIn, { store: settings.store, redirectUri })
      : undefined
  let made: { version: string; parts: RunningParts } | undefined

  function make(keys: Keys): RunningParts {
    const provider = createProvider({ settings, keys, users, clients, admit, fetch: patient })
    provider.on('server_error', (_ctx, error) => report(error))
    const callback = provider.callback()
    return { provider, settings, keys, users, upstream, callback, report }
  }

  return {
    settings,
    ring,
    registrations: createBudget(30),
    report,
    async parts() {
      const keys = await ring.current()
      if (made?.version !== keys.version) made = { version: keys.version, parts: make(keys) }
      return made.parts
    },
  }
}
