import { test } from 'node:test'
import type { Client } from '@lutra/client'
import type { ConnectAnyOptions } from '@lutra/client/connect'
import { allWires, type Wire } from './wires.ts'

interface Setting {
  /** The wires on which this is to be seen. Default: all. */
  readonly on?: readonly Wire[]
  readonly options?: ConnectAnyOptions
}

/** One test for each wire, of a behaviour that is the same on all of them. */
export function verifies(
  title: string,
  body: (client: Client, wire: Wire) => Promise<void>,
  { on = allWires, options = {} }: Setting = {},
): void {
  for (const wire of on) {
    test(`${title} (${wire.name})`, { timeout: 20_000 }, async () => {
      const client = await wire.open({ timeoutMs: 10_000, probeTimeoutMs: 10_000, ...options })
      try {
        await body(client, wire)
      } finally {
        await client.close()
      }
    })
  }
}
