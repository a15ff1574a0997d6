/**
 * What browsers keep. Over https every cookie that can be is `__Host-`, so that no neighbouring host can set it.
 * See /specification/2026-07-28/basic/security_best_practices#confused-deputy-problem
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keys } from '../keys.ts'
import type { Settings } from '../settings.ts'

/** The names of the provider's cookies. Those of one interaction have a path, which `__Host-` does not allow. */
export function cookieNames({ secure }: Settings) {
  return {
    session: secure ? '__Host-auth-session' : 'auth-session',
    interaction: secure ? '__Secure-auth-interaction' : 'auth-interaction',
    resume: secure ? '__Secure-auth-resume' : 'auth-resume',
  }
}

/** The cookie that ties an interaction to the browser in which it was begun, and the client that it is for. */
export function bindingCookie({ secure }: Settings, uid: string): string {
  return `${secure ? '__Host-' : ''}auth-flow-${uid}`
}

/** Takes the cookie of an interaction back. */
export function clearBinding(settings: Settings, uid: string): string {
  const secure = settings.secure ? '; secure' : ''
  return `${bindingCookie(settings, uid)}=; path=/; max-age=0; httponly; samesite=lax${secure}`
}

/** What something is bound to: one interaction, for one client, in one use. */
export type Binding = readonly [use: 'cookie' | 'form', uid: string, clientId: string]

/** What the binding cookie of an interaction, or its form, has to say. */
export function bindingValue(keys: Keys, binding: Binding): string {
  const [secret = ''] = keys.cookies
  return sign(secret, binding)
}

/** Whether that is what it says, by any key that is still good. */
export function isBinding(keys: Keys, value: string | undefined, binding: Binding): boolean {
  return value !== undefined && keys.cookies.some((secret) => same(sign(secret, binding), value))
}

/** Reads one cookie of a request. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  return cookiesOf(header).find(([key]) => key === name)?.[1]
}

/** The cookies of interactions that a browser has beyond what it needs, oldest first. */
export function staleBindings(header: string | undefined, kept = 8): readonly string[] {
  const names = cookiesOf(header).map(([name]) => name)
  const bindings = names.filter((name) => /^(__Host-)?auth-flow-/.test(name))
  return bindings.slice(0, Math.max(0, bindings.length - kept))
}

function cookiesOf(header = ''): (readonly [string, string])[] {
  return header.split(';').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()] as const
  })
}

function sign(secret: string, binding: Binding): string {
  return createHmac('sha256', secret).update(JSON.stringify(binding)).digest('base64url')
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
