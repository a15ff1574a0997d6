/** Where engines keep things, read past them: every row, key and file; and what goes over the bus. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bus } from '@lutra/core'
import { createClient } from '@redis/client'
import postgres from 'postgres'
import { startPostgres, startRedis } from '../engines/start-server.ts'

/** An engine on disk. */
export interface Place {
  readonly url: string
  /** Whether it has this text anywhere: in a row, a key or a file. */
  has(text: string): Promise<boolean>
  close(): Promise<void>
}

export const places = new Map<string, () => Promise<Place | undefined>>([
  ['PGlite', inFolder],
  ['PostgreSQL', onPostgres],
  ['Redis', onRedis],
])

/** A bus that writes down what goes over it. */
export function overheard(bus: Bus, said: string[]): Bus {
  return {
    ...bus,
    publish(topic, message) {
      said.push(JSON.stringify([topic, message]))
      return bus.publish(topic, message)
    },
  }
}

async function inFolder(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-secret-'))
  return {
    url: `file:${folder}`,
    has: async (text) => isInFiles(folder, text),
    close: async () => rmSync(folder, { recursive: true }),
  }
}

async function onPostgres(): Promise<Place | undefined> {
  const server = await startPostgres()
  if (!server) return undefined
  const sql = postgres(server.url, { max: 1 })
  return {
    url: server.url,
    async has(text) {
      const rows = [await sql`SELECT * FROM lutra.entries`, await sql`SELECT * FROM lutra.messages`]
      await sql`CHECKPOINT`
      const [settings] = await sql`SHOW data_directory`
      return (
        JSON.stringify(rows).includes(text) || isInFiles(String(settings?.['data_directory']), text)
      )
    },
    async close() {
      await sql.end()
      await server.stop()
    },
  }
}

async function onRedis(): Promise<Place | undefined> {
  const server = await startRedis()
  if (!server) return undefined
  const client = createClient({ url: server.url })
  await client.connect()
  return {
    url: server.url,
    async has(text) {
      const entries: unknown[] = []
      for (const key of await client.keys('*')) {
        const type = await client.type(key)
        if (type === 'hash') entries.push(key, await client.hGetAll(key))
        else if (type === 'zset') entries.push(key, await client.zRange(key, 0, -1))
        else entries.push(key, await client.get(key))
      }
      const { dir = '' } = await client.configGet('dir')
      return JSON.stringify(entries).includes(text) || isInFiles(dir, text)
    },
    async close() {
      client.destroy()
      await server.stop()
    },
  }
}

function isInFiles(folder: string, text: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (file) => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text),
  )
}
