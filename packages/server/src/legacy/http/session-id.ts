/**
 * Session ids that carry their session, sealed, so that any instance with the keys can serve it and none has to remember
 * it. See /specification/2025-11-25/basic/transports#session-management
 */
import { type ClientCapabilities, type Implementation, isObject } from '@lutra/core'
import { findRevision, type Hello } from '@lutra/core/legacy'
import { type Seal, SealError } from '@lutra/core/seal'
import type { OpenedId } from './http-session.ts'

export interface SessionIds {
  issue(hello: Hello, principal: string): Promise<OpenedId>
  /** Undefined for an id that is forged, expired, of other keys, or was given to someone else. */
  open(id: string, principal: string): Promise<OpenedId | undefined>
}

export function createSessionIds(
  seal: Seal,
  { ttlMs, now = Date.now }: { readonly ttlMs: number; readonly now?: (() => number) | undefined },
): SessionIds {
  return {
    async issue(hello, principal) {
      const sid = createSid()
      const { revision } = hello
      const capabilities = smallCapabilities(hello.capabilities)
      const clientInfo = hello.clientInfo && smallInfo(hello.clientInfo)
      const expires = now() + ttlMs
      const value = { v: revision.version, c: capabilities, i: clientInfo, e: expires }
      const sealed = await seal.seal(value, { context: contextOf(sid, principal), ttlMs })
      return { id: sid + sealed, sid, principal, revision, capabilities, clientInfo, expires }
    },
    async open(id, principal) {
      if (id.length > longestId) return undefined
      const sid = sidOf(id)
      try {
        const context = contextOf(sid, principal)
        return readSealed(await seal.open(id.slice(sidLength), { context }), { id, sid, principal })
      } catch (reason) {
        if (reason instanceof SealError) return undefined
        throw reason
      }
    },
  }
}

/** The part of an id that names its session. It proves nothing. */
export function sidOf(id: string): string {
  return id.slice(0, sidLength)
}

const sidLength = 32
// Servers and proxies refuse headers of more than 8 or 16 KiB in sum.
const longestId = 6000

function createSid(): string {
  return crypto.randomUUID().replaceAll('-', '')
}

/** An id is of use to whom it was given only, and never as a token of another purpose. */
function contextOf(sid: string, principal: string): string {
  return `legacy session\n${sid}\n${principal}`
}

function readSealed(
  value: unknown,
  about: Pick<OpenedId, 'id' | 'sid' | 'principal'>,
): OpenedId | undefined {
  if (!isObject(value)) return undefined
  const { v, c, i, e } = value
  // A revision may be gone since the id was issued.
  const revision = findRevision(String(v))
  if (!revision) return undefined
  return {
    ...about,
    revision,
    capabilities: c as ClientCapabilities,
    clientInfo: i as Implementation | undefined,
    expires: Number(e),
  }
}

/** What a client can do, without what it adds in bulk: an id has to fit into a header. */
function smallCapabilities(capabilities: ClientCapabilities): ClientCapabilities {
  if (JSON.stringify(capabilities).length <= 2000) return capabilities
  const { elicitation, sampling, roots } = capabilities
  return {
    ...(elicitation && { elicitation: pick(elicitation, ['form', 'url']) }),
    ...(sampling && { sampling: pick(sampling, ['context', 'tools']) }),
    ...(roots && { roots: {} }),
  }
}

function pick(from: object, names: readonly string[]): Record<string, object> {
  const found = names.filter((name) => Object.hasOwn(from, name))
  return Object.fromEntries(found.map((name) => [name, {}]))
}

function smallInfo({ name, version, title }: Implementation): Implementation {
  const short = (text: string) => text.slice(0, 100)
  const small = { name: short(name), version: short(version) }
  return typeof title === 'string' ? { ...small, title: short(title) } : small
}
