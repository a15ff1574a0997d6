import { statSync } from 'node:fs'
import { type Place, placeOf } from './place.ts'
import { postgresTrouble } from './postgres-trouble.ts'
import { redisTrouble } from './redis-trouble.ts'

/** What keeps an engine from being opened, and what to do about it. */
export interface Trouble {
  readonly message: string
  readonly hint: string
}

/** What an engine that could not be opened wants of whoever gave its URL; undefined where no more is known than the error says. */
export function troubleOf(
  error: unknown,
  url: string,
  hide: (text: string) => string,
): Trouble | undefined {
  const { message, cause } = error as Error
  const [library, install] = /^(The library for .+ is missing): (.+)$/.exec(message)?.slice(1) ?? []
  if (library && install) return { message: library, hint: `Install it: ${install}` }
  const { code = '', message: said = message } = (cause ?? {}) as {
    code?: string
    message?: string
  }
  const failure = { code: String(code), said, shown: hide(said) }
  if (url.startsWith('file:')) return folderTrouble(failure, url)
  const place = placeOf(url)
  if (!place) return
  const isRedis = place.scheme.startsWith('redis')
  return (
    (isRedis ? redisTrouble(failure, place) : postgresTrouble(failure, place)) ??
    networkTrouble(failure, place, isRedis ? 'Redis' : 'PostgreSQL')
  )
}

/** What a library or a server has said. */
export interface Failure {
  readonly code: string
  readonly said: string
  /** The same without secrets. */
  readonly shown: string
}

function networkTrouble(
  { code, said, shown }: Failure,
  place: Place,
  name: string,
): Trouble | undefined {
  const { host, address } = place
  if (code === 'ECONNREFUSED') {
    return {
      message: `Nothing listens at ${address}`,
      hint: `Start ${name} there, or correct the host and the port of the URL`,
    }
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      message: `There is no host ${host}`,
      hint: 'Correct the host of the URL, or see whether this machine can look up names',
    }
  }
  if (/^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS_CERT)/.test(code)) {
    return {
      message: `The certificate of ${address} is not trusted: ${shown}`,
      hint: 'Where your own authority has signed it, name the file of that: NODE_EXTRA_CA_CERTS=FILE',
    }
  }
  if (/TIMEDOUT|TIMEOUT|UNREACH/.test(code) || /timeout|did not answer/i.test(said)) {
    return {
      message: `${address} did not answer as ${name} does`,
      hint: `See whether it is ${name} that listens there, and whether a firewall is in between`,
    }
  }
  return undefined
}

function folderTrouble({ code, shown }: Failure, url: string): Trouble | undefined {
  const path = url.replace(/^file:(?:\/\/)?/, '')
  if (isFile(path)) {
    return {
      message: `${path} is a file`,
      hint: 'PGlite keeps what it stores in a folder: name one',
    }
  }
  if (!/^(?:ENOENT|ENOTDIR|EACCES|EPERM|EROFS)$/.test(code)) return
  return {
    message: `PGlite cannot keep anything in ${path}: ${shown}`,
    hint: 'Name a folder that this user may make and write',
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
