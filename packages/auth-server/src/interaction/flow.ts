/**
 * One person, one client, one question: from the authorization request to its answer, in the browser in which it began.
 * See /specification/2026-07-28/basic/security_best_practices#confused-deputy-problem
 */
import type Provider from 'oidc-provider'
import type { Client, Interaction } from 'oidc-provider'
import type { Keys } from '../keys.ts'
import { bindingCookie, isBinding, readCookie } from '../provider/cookies.ts'
import type { Users } from '../provider/users.ts'
import type { Settings } from '../settings.ts'
import type { User } from '../sign-in/sign-in.ts'
import { recordKey } from '../store/record-key.ts'

export interface FlowParts {
  readonly provider: Provider
  readonly settings: Settings
  readonly keys: Keys
  readonly users: Users
}

export interface Flow {
  readonly uid: string
  readonly interaction: Interaction
  readonly client: Client
  /** Who is signed in already and need not sign in again. */
  readonly user: User | undefined
}

/** Finds an interaction that was begun in this very browser. */
export async function findFlow(
  parts: FlowParts,
  uid: string,
  request: Request,
): Promise<Flow | undefined> {
  const interaction = await findBound(parts, uid, request.headers.get('cookie') ?? '')
  if (!interaction || interaction.result) return undefined
  const client = await parts.provider.Client.find(String(interaction.params['client_id']))
  if (!client) return undefined
  const user = await signedIn(parts, interaction)
  return { uid, interaction, client, user }
}

/** The interaction, where the cookies are those of the browser in which it began. */
export async function findBound(
  { provider, settings, keys }: FlowParts,
  uid: string,
  cookies: string,
): Promise<Interaction | undefined> {
  const interaction = await provider.Interaction.find(uid)
  const cookie = readCookie(cookies, bindingCookie(settings, uid))
  const clientId = String(interaction?.params['client_id'])
  return isBinding(keys, cookie, ['cookie', uid, clientId]) ? interaction : undefined
}

async function signedIn({ provider, users }: FlowParts, { prompt, session }: Interaction) {
  if (prompt.name === 'login' || !session?.uid) return undefined
  const current = await provider.Session.findByUid(session.uid)
  return current?.accountId === session.accountId ? users.find(session.accountId) : undefined
}

export type Step = 'consented' | 'finished'

/** Takes a step that is taken once; false when somebody else has, or when the step before it is missing. */
export async function takeStep({ settings }: FlowParts, uid: string, step: Step): Promise<boolean> {
  const key = recordKey('Flow', uid)
  const found = await settings.store.get(key)
  if (found?.value === 'finished') return false
  if (step === 'consented' && found) return true
  const written = await settings.store.set(key, step, {
    ttlMs: 600_000,
    ifVersion: found?.version ?? null,
  })
  return written !== undefined
}

/** Whether the person has said yes, which comes before anything else learns of them. */
export async function hasConsented({ settings }: FlowParts, uid: string): Promise<boolean> {
  return (await settings.store.get(recordKey('Flow', uid)))?.value === 'consented'
}
