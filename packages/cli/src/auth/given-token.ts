import { UsageError } from '../errors.ts'
import { readText } from '../values/words.ts'
import type { Words } from '../words.ts'

/** The token that the command line or the environment gives: `--token` goes before `LUTRA_TOKEN`, and `-` stands for stdin. */
export function givenToken(words: Words): string | undefined {
  const said = words.text('token')
  const text =
    said === undefined
      ? process.env['LUTRA_TOKEN']
      : readText(said === '-' ? '@-' : said, '--token')
  if (text === undefined || (said === undefined && text === '')) return undefined
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  const where = said === undefined ? 'LUTRA_TOKEN' : '--token'
  throw new UsageError(`${where} is empty, or holds characters that no token has`)
}
