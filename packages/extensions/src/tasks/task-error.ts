/** A task did not come to a result: it was cancelled, or what the server says of it makes no sense. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
  readonly code: 'cancelled' | 'malformed'
  readonly taskId?: string

  constructor(message: string, { code, taskId }: { code: TaskError['code']; taskId?: string }) {
    super(message)
    this.code = code
    if (taskId !== undefined) this.taskId = taskId
  }
}
