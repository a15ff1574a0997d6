import {
  checkKey,
  checkTtl,
  encodeValue,
  type Store,
  type StoreEntry,
  type Versioned,
} from '@lutra/core'
import { endOf } from '../end-of.ts'
import type { Row, Sql } from './sql.ts'

/** Entries as rows. The clock is the database's, so that processes whose clocks differ agree on what has expired. */
export function createPostgresStore(sql: Sql, schema: string): Store {
  const entries = `${schema}.entries`
  const live = '(expires_at IS NULL OR expires_at > clock_timestamp())'
  const expiry = "clock_timestamp() + $3::float8 * interval '1 millisecond'"
  const put = `INSERT INTO ${entries} AS e (key, value, version, expires_at)
    VALUES ($1, $2, nextval('${schema}.versions'), ${expiry})`
  const over = `ON CONFLICT (key) DO UPDATE
    SET value = excluded.value, version = excluded.version, expires_at = excluded.expires_at`
  const statements = {
    get: `SELECT value, version FROM ${entries} WHERE key = $1 AND ${live}`,
    // By one look into the index for each key: a join might read the whole table, and goes on to do so however large that gets.
    getMany: `SELECT e.key, e.value, e.version FROM jsonb_array_elements_text(($1::text)::jsonb) AS wanted
      CROSS JOIN LATERAL (SELECT key, value, version FROM ${entries} WHERE key = wanted.value AND ${live} LIMIT 1) AS e`,
    set: `${put} ${over} RETURNING version`,
    // Looks first: who comes too late locks nothing, and does not wait for the disk.
    setIfAbsent: `INSERT INTO ${entries} AS e (key, value, version, expires_at)
      SELECT $1, $2, nextval('${schema}.versions'), ${expiry}
      WHERE NOT EXISTS (SELECT FROM ${entries} WHERE key = $1 AND ${live})
      ${over} WHERE e.expires_at <= clock_timestamp() RETURNING version`,
    setIfVersion: `UPDATE ${entries} SET value = $2, version = nextval('${schema}.versions'), expires_at = ${expiry}
      WHERE key = $1 AND version = $4::bigint AND ${live} RETURNING version`,
    delete: `DELETE FROM ${entries} WHERE key = $1 AND ($2::bigint IS NULL OR version = $2::bigint)
      RETURNING (expires_at IS NULL OR expires_at > clock_timestamp()) AS live`,
    // Bounds without alternatives, so that the index begins and ends the search.
    list: `SELECT key, value, version FROM ${entries}
      WHERE key >= $1 AND key > $2 AND key < $3 AND ${live} ORDER BY key LIMIT $4`,
    listToEnd: `SELECT key, value, version FROM ${entries}
      WHERE key >= $1 AND key > $2 AND ${live} ORDER BY key LIMIT $3`,
  }

  return {
    async get(key) {
      const [row] = await sql.query(statements.get, [checkKey(key)])
      return row && versionedOf(row)
    },
    async getMany(keys) {
      if (keys.length === 0) return []
      const rows = await sql.query(statements.getMany, [JSON.stringify(keys.map(checkKey))])
      const found = new Map(rows.map((row) => [String(row['key']), versionedOf(row)]))
      return keys.map((key) => found.get(key))
    },
    async set(key, value, { ttlMs, ifVersion } = {}) {
      const values = [checkKey(key), encodeValue(value), checkTtl(ttlMs) ?? null]
      if (typeof ifVersion === 'string') {
        if (!isVersion(ifVersion)) return undefined
        return versionOf(await sql.query(statements.setIfVersion, [...values, ifVersion]))
      }
      return versionOf(
        await sql.query(ifVersion === null ? statements.setIfAbsent : statements.set, values),
      )
    },
    async delete(key, { ifVersion } = {}) {
      if (ifVersion !== undefined && !isVersion(ifVersion)) return false
      const [row] = await sql.query(statements.delete, [checkKey(key), ifVersion ?? null])
      return row?.['live'] === true
    },
    async list(prefix, { after, limit = 1000 } = {}) {
      const end = endOf(prefix)
      // No key is empty.
      const from = [prefix, after ?? '']
      const rows =
        end === undefined
          ? await sql.query(statements.listToEnd, [...from, limit])
          : await sql.query(statements.list, [...from, end, limit])
      return rows.map(entryOf)
    },
  }
}

function versionedOf(row: Row): Versioned {
  return { value: JSON.parse(String(row['value'])), version: String(row['version']) }
}

function entryOf(row: Row): StoreEntry {
  return { key: String(row['key']), ...versionedOf(row) }
}

function versionOf([row]: readonly Row[]): string | undefined {
  return row && String(row['version'])
}

function isVersion(text: string): boolean {
  return /^\d{1,18}$/.test(text)
}
