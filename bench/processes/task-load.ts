/** Load of tasks: callers who make one, ask until it has ended, and make the next. */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { encodeRequest } from '../http/raw-load.ts'
import { type Asked, makeTask, readTask } from '../http/requests.ts'

export interface TaskLoad {
  readonly port: number
  readonly callers: number
  readonly warmupMs: number
  readonly runMs: number
}

/** Tasks that were made and seen to end, in a second. */
export async function measureTasks({ port, callers, warmupMs, runMs }: TaskLoad): Promise<number> {
  const state = { ended: 0, over: false }
  const running = Promise.all(Array.from({ length: callers }, () => call(port, state)))
  const rate = async () => {
    await pause(warmupMs)
    const [before, started] = [state.ended, performance.now()]
    // Of a slow machine, as long as it takes for something to be counted.
    do await pause(runMs)
    while (state.ended === before && !state.over)
    return ((state.ended - before) * 1000) / (performance.now() - started)
  }
  try {
    return await Promise.race([rate(), running.then(() => 0)])
  } finally {
    state.over = true
    await running.catch(() => {})
  }
}

async function call(port: number, state: { ended: number; over: boolean }): Promise<void> {
  const line = await open(port)
  try {
    while (!state.over) {
      const made = await line.ask(makeTask)
      const taskId = /"taskId":"([^"]+)"/.exec(made)?.[1]
      if (taskId === undefined) throw new Error(`No task was made: ${made.slice(0, 500)}`)
      const asked = readTask(taskId)
      const latest = performance.now() + mostMs
      for (let waitMs = 4; !(await line.ask(asked)).includes(asked.expect); waitMs *= 2) {
        if (performance.now() > latest) throw new Error('A task did not end')
        await pause(Math.min(waitMs, 50))
      }
      state.ended++
    }
  } finally {
    line.close()
  }
}

const mostMs = 60_000

interface Line {
  ask(asked: Asked): Promise<string>
  close(): void
}

/** A connection that takes one request at a time. */
async function open(port: number): Promise<Line> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let settle = { resolve: (_: string) => {}, reject: (_: Error) => {} }
  let text = ''
  socket.on('error', (error) => settle.reject(error))
  socket.on('close', () => settle.reject(new Error(`A connection was closed: ${text}`)))
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (isWhole(text)) settle.resolve(text)
  })
  return {
    ask(asked) {
      text = ''
      const answer = new Promise<string>((resolve, reject) => {
        settle = { resolve, reject }
      })
      socket.write(encodeRequest({ port, path: '/mcp', ...asked }))
      return answer
    },
    close: () => socket.destroy(),
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(text)?.[1]
  if (end < 0) return false
  if (length === undefined) return text.endsWith('\r\n0\r\n\r\n')
  return text.length - end - 4 >= Number(length)
}
