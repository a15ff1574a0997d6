/** `tasks/list`. See /specification/2025-11-25/basic/utilities/tasks#listing-tasks */
import { type Call, invalidParams, methodNotFound, type Result } from '@lutra/core'
import { mayUse } from '@lutra/core/access'
import { listOf } from './create-task.ts'
import type { Earlier } from './earlier.ts'
import { toLegacyTask } from './task-words.ts'

/** The tasks of who was authenticated. Nobody else can be told from others. */
export async function listTasks(call: Call, { tasks }: Earlier): Promise<Result> {
  const list = await listOf(call)
  if (list === undefined) throw methodNotFound('tasks/list without authorization')
  const page = await tasks.own.page(list, { after: readCursor(call), limit: pageSize })
  return {
    resultType: 'complete',
    // What a token has no scopes for is not on its list.
    tasks: page.tasks.filter(({ scopes = [] }) => mayUse(call, scopes)).map(toLegacyTask),
    ...(page.next !== undefined && { nextCursor: page.next }),
  }
}

const pageSize = 50

function readCursor({ params: { cursor } }: Call): string {
  if (cursor === undefined) return ''
  if (typeof cursor === 'string' && cursorForm.test(cursor)) return cursor
  throw invalidParams('Invalid params: "cursor" is none that this server gave: list from the start')
}

const cursorForm = /^[0-9a-z]{10}-[\w-]{32}$/
