/** Official clients against our server: every wire, every era, everything that they have a word for. */
import { test } from 'node:test'
import { connectClient1, openHttp1, openSse1, openStdio1 } from './official-client-1.ts'
import { connectClient2, openHttp2, openSse2, openStdio2 } from './official-client-2.ts'
import { startOurServer } from './our-server.ts'
import { walks } from './walk-ours.ts'

const pin = { pin: '2026-07-28' }

const wires = {
  'client 2.4, auto, HTTP': ['modern', ({ url }) => connectClient2(openHttp2(url), 'auto')],
  'client 2.4, pinned, HTTP': ['modern', ({ url }) => connectClient2(openHttp2(url), pin)],
  'client 2.4, legacy, HTTP': ['legacy', ({ url }) => connectClient2(openHttp2(url), 'legacy')],
  'client 2.4, legacy, HTTP+SSE': ['legacy', ({ sse }) => connectClient2(openSse2(sse), 'legacy')],
  'client 2.4, auto, stdio': ['modern', () => connectClient2(openStdio2(), 'auto')],
  'client 2.4, pinned, stdio': ['modern', () => connectClient2(openStdio2(), pin)],
  'client 2.4, legacy, stdio': ['legacy', () => connectClient2(openStdio2(), 'legacy')],
  'sdk 1.x, HTTP': ['legacy', ({ url }) => connectClient1(openHttp1(url))],
  'sdk 1.x, HTTP+SSE': ['legacy', ({ sse }) => connectClient1(openSse1(sse))],
  'sdk 1.x, stdio': ['legacy', () => connectClient1(openStdio1())],
} satisfies Record<string, Wire>

type Wire = readonly [
  era: 'modern' | 'legacy',
  connect: (at: {
    url: string
    sse: string
  }) => ReturnType<typeof connectClient1 | typeof connectClient2>,
]

for (const [name, [era, connect]] of Object.entries<Wire>(wires)) {
  test(name, { timeout: 30_000 }, async (context) => {
    await using server = await startOurServer()
    const client = await connect(server)
    try {
      for (const [what, walk] of Object.entries(walks)) {
        await context.test(what, () => walk(client, era))
      }
    } finally {
      await client.close()
    }
  })
}
