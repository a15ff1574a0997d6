import { type ChildProcess, spawn } from 'node:child_process'
import { kill, platform } from 'node:process'

/** Whether the processes that a child starts belong to a group that ends with it. */
export const ownGroup = platform !== 'win32'

/** Sends a signal to a child and to all that it has started. */
export function signalGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return
  if (ownGroup) {
    send(-pid, signal)
    return
  }
  // Windows knows no such signals; its own tool ends the whole tree.
  spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
    'error',
    () => send(pid, signal),
  )
}

/** Whether anything of a child's group is still running. */
export function groupRuns({ pid }: ChildProcess): boolean {
  return pid !== undefined && ownGroup && send(-pid, 0)
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return kill(pid, signal)
  } catch {
    return false
  }
}
