import type { Sql } from './sql.ts'

/** Brings a schema up to date. Several processes may do so at once: the first does it, the others wait. */
export async function migrate(sql: Sql, schema: string): Promise<void> {
  const steps = migrations(schema)
  if ((await stepsDone(sql, schema)) >= steps.length) return
  // One message of several statements is one transaction, which the lock lasts for.
  await sql.run(`
    SELECT pg_advisory_xact_lock(hashtextextended('${schema}.migrations', 0));
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE TABLE IF NOT EXISTS ${schema}.migrations (step int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
    DO $lutra$ BEGIN
      ${steps.map((step, at) => apply(schema, at + 1, step)).join('\n')}
    END $lutra$;
  `)
}

/** Looked at first: whoever may use tables that are there need not be allowed to make any. */
async function stepsDone(sql: Sql, schema: string): Promise<number> {
  const name = `${schema}.migrations`
  const [found] = await sql.query('SELECT to_regclass($1) IS NOT NULL AS there', [name])
  if (found?.['there'] !== true) return 0
  const [row] = await sql.query(`SELECT max(step)::text AS step FROM ${name}`)
  return Number(row?.['step'] ?? 0)
}

function apply(schema: string, number: number, step: string): string {
  return `IF NOT EXISTS (SELECT FROM ${schema}.migrations WHERE step = ${number}) THEN
    ${step}
    INSERT INTO ${schema}.migrations (step) VALUES (${number});
  END IF;`
}

/** Never change one of these: add another. */
function migrations(schema: string): readonly string[] {
  return [
    // Text, not jsonb, which reorders keys and refuses \\u0000. The collation is the order that stores promise.
    `CREATE SEQUENCE ${schema}.versions;
     CREATE TABLE ${schema}.entries (
       key text COLLATE "C" PRIMARY KEY,
       value text NOT NULL,
       version bigint NOT NULL,
       expires_at timestamptz
     );
     CREATE INDEX entries_expiry ON ${schema}.entries (expires_at) WHERE expires_at IS NOT NULL;
     CREATE TABLE ${schema}.messages (
       id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       body text NOT NULL,
       sent_at timestamptz NOT NULL DEFAULT clock_timestamp()
     );
     CREATE INDEX messages_age ON ${schema}.messages (sent_at);`,
    // Entries come and go much more than they stay: what is left of them must not wait for a fifth of the table.
    `ALTER TABLE ${schema}.entries SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);`,
  ]
}
