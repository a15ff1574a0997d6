import type { Place } from './place.ts'
import type { Failure, Trouble } from './trouble.ts'

/** What PostgreSQL says by its codes. See https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function postgresTrouble({ code, said, shown }: Failure, place: Place): Trouble | undefined {
  const { address, user, host, port } = place
  const database = place.database || user
  const at = `-h ${word(host)} -p ${port}`
  switch (code) {
    case '3D000':
      return {
        message: `PostgreSQL at ${address} has no database ${JSON.stringify(database)}${place.database ? '' : ', which it takes as the URL names none'}`,
        hint: `Create it, as a role that may: createdb ${at} -U postgres ${user ? `-O ${word(user)} ` : ''}${word(database)}`,
      }
    case '28P01':
      return {
        message: `PostgreSQL at ${address} refuses the user ${JSON.stringify(user)} with this password`,
        hint: 'Correct them in the URL; what is special in a password is percent-encoded there, @ as %40',
      }
    case '28000':
      return {
        message: `PostgreSQL at ${address} does not let this user in from here: ${shown}`,
        hint: place.tls
          ? 'Allow it in pg_hba.conf of the server'
          : 'Allow it in pg_hba.conf of the server, or, where that wants TLS, end the URL with ?sslmode=require',
      }
    case '42501':
      return {
        message: `The user ${JSON.stringify(user)} may not make tables in the database ${JSON.stringify(database)}: ${shown}`,
        hint: said.includes('for database')
          ? `Allow it, as who owns the database: GRANT CONNECT, CREATE ON DATABASE ${name(database)} TO ${name(user)}`
          : 'Have the user own the schema that is named like the namespace, or take another: --namespace NAME',
      }
    default:
      return place.tls && hasNoTls(code, said)
        ? {
            message: `PostgreSQL at ${address} does not speak TLS, which the URL asks for`,
            hint: 'Switch it on there (ssl = on), or take sslmode out of the URL where the way there is safe',
          }
        : undefined
  }
}

function hasNoTls(code: string, said: string): boolean {
  return /^(?:EPROTO|ERR_SSL)/.test(code) || said.includes('before secure TLS connection')
}

/** As a shell takes it. */
function word(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** As SQL takes it. */
function name(text: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`
}
