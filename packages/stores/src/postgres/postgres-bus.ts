import { type Bus, encodeValue, StoreError } from '@lutra/core'
import { createListeners } from '../listeners.ts'
import type { Sql } from './sql.ts'

export interface PostgresBus extends Bus {
  /** Begins to hear what others publish. Where it rejects, it may be called again. */
  open(): Promise<void>
}

/**
 * Messages by `NOTIFY` on one channel. What does not fit into a notification (8,000 bytes) is a row for a minute, and the
 * notification names it.
 */
export function createPostgresBus(
  sql: Sql,
  schema: string,
  onError: (error: unknown) => void,
): PostgresBus {
  const channel = `${schema}_bus`
  const listeners = createListeners(onError)
  let line = Promise.resolve()
  let wasAsked = false
  let isOpen = false

  async function receive(payload: string): Promise<void> {
    const [topic, message, id] = JSON.parse(payload) as [string | null, unknown, string?]
    if (topic !== null && id === undefined) {
      listeners.tell(topic, message)
    } else if (topic === null || listeners.has(topic)) {
      const [row] = await sql.query(`SELECT body FROM ${schema}.messages WHERE id = $1`, [id])
      if (!row) return listeners.gap(topic ?? undefined)
      const body: unknown = JSON.parse(String(row['body']))
      if (topic !== null) listeners.tell(topic, body)
      else listeners.tell(...(body as [string, unknown]))
    }
  }

  // One after the other: a long message that is still being fetched must not be overtaken.
  function queue(payload: string): void {
    line = line
      .then(() => receive(payload))
      .catch((error: unknown) => {
        onError(error)
        listeners.gap()
      })
  }

  return {
    async open() {
      if (isOpen) return
      if (wasAsked) throw new StoreError('PostgreSQL is not heard yet', { code: 'unavailable' })
      // Once: where this fails at first, the library goes on trying by itself.
      wasAsked = true
      await sql.listen(channel, queue, () => {
        isOpen = true
        listeners.gap()
      })
    },
    async publish(topic, message) {
      const text = encodeValue(message)
      const payload = `[${JSON.stringify(topic)},${text}]`
      if (Buffer.byteLength(payload) <= longestPayload) {
        await sql.query(notify, [channel, payload])
        return
      }
      const isNamed = canName(topic)
      await sql.query(
        `WITH kept AS (INSERT INTO ${schema}.messages (body) VALUES ($1) RETURNING id)
         SELECT pg_notify($2, jsonb_build_array($3::text, null, id::text)::text) FROM kept`,
        [isNamed ? text : payload, channel, isNamed ? topic : null],
      )
    },
    subscribe: listeners.add,
  }
}

const longestPayload = 7900

/** Whether a notification of a long message can name its topic; otherwise the topic is kept with the message. */
function canName(topic: string): boolean {
  return topic.length <= 1000 && !topic.includes('\0') && topic.isWellFormed()
}

// Notifications commit one after the other in the whole database: none may wait for the disk while it holds up the others.
const notify = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)"
