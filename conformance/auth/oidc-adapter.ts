import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/** A shelf in memory for one authorization server; the library's own one is shared by all of a process. */
export function createShelf(): { adapter: AdapterFactory; revokeAll: () => void } {
  const kept = new Map<string, AdapterPayload>()
  const find = (test: (payload: AdapterPayload) => boolean) => [...kept.values()].find(test)
  const drop = (test: (payload: AdapterPayload, key: string) => boolean) => {
    for (const [key, payload] of kept) if (test(payload, key)) kept.delete(key)
  }
  const adapter = (model: string): Adapter => ({
    upsert: async (id, payload) => void kept.set(`${model}:${id}`, { ...payload }),
    find: async (id) => kept.get(`${model}:${id}`),
    findByUserCode: async (code) => find(({ userCode }) => userCode === code),
    findByUid: async (uid) => find((payload) => payload.kind === model && payload.uid === uid),
    consume: async (id) => {
      const payload = kept.get(`${model}:${id}`)
      if (payload) payload['consumed'] = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => void kept.delete(`${model}:${id}`),
    revokeByGrantId: async (grantId) => drop((payload) => payload.grantId === grantId),
  })
  const revokeAll = () => drop((_, key) => /^(?:Grant|Session|AccessToken|RefreshToken):/.test(key))
  return { adapter, revokeAll }
}
