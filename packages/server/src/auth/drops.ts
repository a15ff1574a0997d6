/** Forgetting tokens on every instance of a server. */
import { type Bus, isObject, toBase64Url } from '@lutra/core'
import type { Dropping, Entry, TokenCache } from './token-cache.ts'

export interface Drops {
  /** From now on hears what other instances drop, and tells them. */
  join(bus: Bus): void
  /** Forgets here and tells the others; says how many there were here. */
  drop(which: Dropping): number
}

export interface DropsOptions {
  readonly cache: TokenCache
  /** What the tokens are for. */
  readonly resource: string
  readonly onError: (error: unknown) => void
}

export function createDrops({ cache, resource, onError }: DropsOptions): Drops {
  const topic = `lutra/auth/drop/${resource}`
  const from = crypto.randomUUID()
  const buses = new Set<Bus>()
  const digests = new WeakMap<Entry, string>()

  async function digestOf(entry: Entry): Promise<string> {
    const digest = digests.get(entry) ?? (await sha256(entry.token))
    digests.set(entry, digest)
    return digest
  }

  async function dropToken(digest: string): Promise<void> {
    // What is being checked right now may be meant.
    cache.drop({ matches: () => false })
    for (const entry of cache.entries()) {
      if ((await digestOf(entry)) === digest) cache.drop({ token: entry.token })
    }
  }

  function dropAll(): void {
    cache.drop({ matches: () => true })
  }

  function hear(told: unknown): void {
    if (!isObject(told) || told['from'] === from) return
    const { subject, clientId, digest } = told
    if (typeof subject === 'string') cache.drop({ subject })
    else if (typeof clientId === 'string') cache.drop({ clientId })
    else if (typeof digest === 'string') dropToken(digest).catch(onError)
    else dropAll()
  }

  return {
    join(bus) {
      if (buses.has(bus)) return
      buses.add(bus)
      const { ready } = bus.subscribe(topic, hear, dropAll)
      // Nobody knows what was dropped before.
      ready?.then(dropAll, onError)
    },
    drop(which) {
      const tell = async () => {
        const message = { from, ...(await printed(which)) }
        await Promise.all([...buses].map((bus) => bus.publish(topic, message)))
      }
      if (buses.size > 0) tell().catch(onError)
      return cache.drop(which)
    },
  }
}

/** What the others are told. No token travels; what a function means, only this instance knows: the others forget all. */
async function printed(which: Dropping): Promise<Record<string, unknown>> {
  if ('token' in which) return { digest: await sha256(which.token) }
  if ('subject' in which) return { subject: which.subject }
  return 'clientId' in which ? { clientId: which.clientId } : { all: true }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return toBase64Url(new Uint8Array(digest))
}
