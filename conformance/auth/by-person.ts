/** Our way in by the browser, where the browser is a person of the tests. */
import { createServer } from 'node:http'
import {
  type AuthOptions,
  type ClientIdentity,
  codeGrant,
  type Landing,
  memoryCredentials,
  oauth,
  type WayIn,
} from '@lutra/client/auth'
import { listenOnLoopback } from './loopback.ts'
import type { Answers, Person } from './person.ts'

export function byPerson(
  person: Person,
  options: AuthOptions & ClientIdentity = {},
  answers: Answers = {},
): WayIn {
  const grant = codeGrant({ name: 'Lutra', ...options, open: () => landingOf(person, answers) })
  return oauth(grant, { store: memoryCredentials(), ...options })
}

/** A listener on a port of its own, to which the person comes back. */
export async function landingOf(person: Person, answers: Answers = {}): Promise<Landing> {
  const http = createServer((_, response) => response.end('<h1>Back</h1>'))
  const { origin, close } = await listenOnLoopback(http)
  return {
    redirectUri: `${origin}/callback`,
    show: (url) => person.signIn(url, answers),
    close,
  }
}
