/** Our client against servers on the official SDKs, 2.4 and 1.x: every wire, every era. */
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect, type RemoteTarget } from '@lutra/client/connect'
import { createServer1, startSse1 } from './official-server-1.ts'
import { startHttp2 } from './official-server-2.ts'
import { startSdkServer } from './sdk-server.ts'
import { answering, type Need, officialWalks } from './walk-official.ts'

interface Wire {
  readonly era: 'modern' | 'legacy'
  readonly lacks?: readonly Need[]
  readonly start?: () => Promise<AsyncDisposable & { readonly url: string }>
  readonly command?: RemoteTarget
  /** What the client is told of the era: where nothing is said, it finds out. */
  readonly told?: 'modern' | 'legacy'
}

const sessions: Need[] = ['asking', 'announcing']
const create = createServer1

const wires: Record<string, Wire> = {
  'server 2.4, HTTP': { era: 'modern', start: startHttp2 },
  'server 2.4, HTTP, pinned': { era: 'modern', told: 'modern', start: startHttp2 },
  'server 2.4, HTTP, legacy': { era: 'legacy', told: 'legacy', lacks: sessions, start: startHttp2 },
  'server 2.4, stdio': { era: 'modern', command: script('./official-stdio-2.ts') },
  'server 2.4, stdio, legacy': {
    era: 'legacy',
    told: 'legacy',
    command: script('./official-stdio-2.ts'),
  },
  'sdk 1.x, HTTP with sessions': { era: 'legacy', start: () => startSdkServer({ create }) },
  'sdk 1.x, HTTP without sessions': {
    era: 'legacy',
    lacks: [...sessions, 'cancelling'],
    start: () => startSdkServer({ create, stateless: true }),
  },
  'sdk 1.x, HTTP without streams': {
    era: 'legacy',
    lacks: ['asking', 'streaming'],
    start: () => startSdkServer({ create, enableJsonResponse: true }),
  },
  'sdk 1.x, HTTP+SSE': { era: 'legacy', start: startSse1 },
  'sdk 1.x, stdio': { era: 'legacy', command: script('./official-stdio-1.ts') },
}

for (const [name, { era, lacks = [], start, command, told }] of Object.entries(wires)) {
  test(name, { timeout: 60_000 }, async (context) => {
    await using server = await start?.()
    const target = command ?? server?.url
    if (!target) throw new Error('A wire needs a server or a command')
    // Each of them answers the probe, however long it takes to start.
    const options = { ...answering(), probeTimeoutMs: 30_000, ...(told && { era: told }) }
    await using client = await connect(target, options)
    for (const [what, { needs, walk }] of Object.entries(officialWalks)) {
      if (needs && lacks.includes(needs)) continue
      await context.test(what, { timeout: 10_000 }, () => walk(client, era))
    }
  })
}

function script(file: string): RemoteTarget {
  const path = fileURLToPath(new URL(file, import.meta.url))
  return { command: process.execPath, args: ['--import', import.meta.resolve('tsx'), path] }
}
