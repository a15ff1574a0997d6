/** Subscriptions to resources that several streams share: the server hears of the first and of the last. */
export interface Subscriptions {
  /** Gives the URIs that the server took. */
  add(uris: readonly string[]): Promise<readonly string[]>
  remove(uris: readonly string[]): void
  /** Subscribes again to all of them, in a new session. */
  restore(): Promise<void>
}

export interface SubscriptionsOptions {
  subscribe(uri: string): Promise<unknown>
  unsubscribe(uri: string): Promise<unknown>
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const uses = new Map<string, number>()

  async function addOne(uri: string): Promise<boolean> {
    const count = uses.get(uri) ?? 0
    uses.set(uri, count + 1)
    if (count > 0) return true
    try {
      await options.subscribe(uri)
      return true
    } catch {
      removeOne(uri)
      return false
    }
  }

  /** Whether it was the last use. */
  function removeOne(uri: string): boolean {
    const left = (uses.get(uri) ?? 1) - 1
    if (left > 0) uses.set(uri, left)
    else uses.delete(uri)
    return left <= 0
  }

  return {
    async add(uris) {
      const taken = await Promise.all(uris.map(addOne))
      return uris.filter((_, index) => taken[index])
    },
    remove(uris) {
      for (const uri of uris) if (removeOne(uri)) options.unsubscribe(uri).catch(() => {})
    },
    async restore() {
      await Promise.all([...uses.keys()].map((uri) => options.subscribe(uri).catch(() => {})))
    },
  }
}
