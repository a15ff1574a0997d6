import type { Answers } from '@lutra/client'
import type { CommandContext } from '../command.ts'
import { readPair } from '../values/words.ts'
import type { Words } from '../words.ts'
import { fillFromWords } from './fill-from-words.ts'
import { isPerson } from './person.ts'

/** Who answers a server's questions: the words of the command line, then a person, if there is one. Nobody: nothing is declared. */
export function readAnswers(words: Words, context: CommandContext): Answers | undefined {
  const given = new Map(words.texts('answer').map(readPair))
  const yes = words.on('yes')
  if (!isPerson()) {
    if (given.size === 0 && !yes) return undefined
    return { elicit: (question, about) => fillFromWords(question, about, given) }
  }
  const inTurn = createTurns(context)
  return {
    async elicit(question, about) {
      const { askByForm } = await import('./ask-form.ts')
      return inTurn(() => askByForm({ question, about, given, yes }, context))
    },
    async elicitUrl(question, about) {
      const { askByUrl } = await import('./ask-url.ts')
      return inTurn(() => askByUrl(question, about, context))
    },
  }
}

/** A server may ask several things at once; a terminal has room for one. */
function createTurns({ output }: CommandContext) {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(ask: () => Promise<T>): Promise<T> => {
    const mine = last.then(async () => {
      const resume = output.pause()
      try {
        return await ask()
      } finally {
        resume()
      }
    })
    last = mine.catch(() => {})
    return mine
  }
}
