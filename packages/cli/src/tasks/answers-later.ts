import type { Answers } from '@lutra/client'
import { fillFromWords } from '../ask/fill-from-words.ts'
import { UnansweredError } from '../errors.ts'

/** Answers of one who can be asked, but not now: by `lutra task answer`, or by watching the task in a terminal. */
export const answersLater: Answers = {
  elicit: (question, about) => fillFromWords(question, about, new Map()),
  elicitUrl({ message }) {
    throw new UnansweredError(
      `The server wants a page to be opened: ${message}\nWatch the task in a terminal`,
    )
  },
}
