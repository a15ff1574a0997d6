import { resumeTask } from '@lutra/extensions/tasks'
import { readAnswers } from '../ask/answers.ts'
import type { CommandContext } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { noMore } from '../target/no-more.ts'
import { withTarget } from '../target/open.ts'
import { callOptions } from '../target/options.ts'
import type { Words } from '../words.ts'
import { answersLater } from './answers-later.ts'
import { findTask } from './find.ts'
import { createFollowing } from './follow.ts'
import { toEnd } from './to-end.ts'

/** Goes on with a call that became a task, as if it had never been left. */
export async function watchTask(words: Words, context: CommandContext): Promise<ExitCode> {
  const { id, tool, at } = findTask(words)
  noMore(at.rest)
  const following = createFollowing(context, { offAbort: 'detach' })
  following.target = at.target
  following.watch(id)
  const options = following.options(callOptions(words, context))
  const answer = following.hold(readAnswers(words, context) ?? answersLater)
  const reaching = { at, answer, extensions: [following.extension] }
  return withTarget(words, { ...context, ...reaching }, ({ client }) =>
    toEnd({ client, following, tool, options, context }, () =>
      resumeTask(client, id, tool).result(options),
    ),
  )
}
