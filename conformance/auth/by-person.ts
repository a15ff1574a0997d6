/** Our way in by the browser, where the browser is that of a person of the tests. */
import { memoryCredentials, type WayIn } from '@lutra/client/auth'
import { type BrowserOptions, browser } from '@lutra/client/auth-node'
import type { Answers, Person } from './person.ts'

export function byPerson(
  person: Person,
  options: Partial<BrowserOptions> = {},
  answers: Answers = {},
): WayIn {
  return browser({
    name: 'Lutra',
    store: memoryCredentials(),
    ...options,
    ...opening(person, answers),
  })
}

/** How pages are shown: the person does what they ask, and comes back. */
export function opening(
  person: Person,
  answers: Answers = {},
): Pick<BrowserOptions, 'open' | 'timeoutMs'> {
  return {
    timeoutMs: 30_000,
    async open(url) {
      await person.signIn(url, answers)
      return true
    },
  }
}
