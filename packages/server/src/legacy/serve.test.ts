/** Legacy doors for tests. It has no tests of its own. */
import { type Bus, createMemoryBus, createMemoryStore } from '@lutra/core'
import { createFixture } from './fixture.test.ts'
import { createLegacyHttp, type LegacyHttpOptions } from './http.ts'

export function serve(
  options: LegacyHttpOptions = {},
  shared: Parameters<typeof createFixture>[0] = {},
) {
  const fixture = createFixture(shared)
  return { fixture, door: createLegacyHttp(fixture, options) }
}

/** Two instances of one server: the same keys, store and bus. */
export function serveTwice(options: LegacyHttpOptions = {}, bus: Bus = createMemoryBus()) {
  const shared = { store: createMemoryStore(), bus }
  const keys = ['a key of thirty-two bytes at least, for tests']
  const fixtures = [createFixture(shared), createFixture(shared)] as const
  const doors = fixtures.map((fixture) =>
    createLegacyHttp(Object.assign(fixture, { keys }), options),
  )
  return { fixtures, doors }
}

export const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
