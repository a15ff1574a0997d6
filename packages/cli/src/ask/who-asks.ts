import { styleText } from 'node:util'
import type { QuestionContext } from '@lutra/client'
import { safeLine } from '../terminal/safe-text.ts'

/** Which server asks, and because of what. The name is what the server says of itself. */
export function whoAsks({ server, name }: QuestionContext): string {
  const who = safeLine(server?.title ?? server?.name ?? 'The server', 80)
  const why = name === undefined ? '' : ` (for ${safeLine(name, 80)})`
  return styleText('bold', `${who} asks${why}`)
}
