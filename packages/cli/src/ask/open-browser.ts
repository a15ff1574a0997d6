import { spawn } from 'node:child_process'

/**
 * Hands an address to the person's browser, without a shell; false where there is none to hand it to. `BROWSER` names another
 * one than the system's: programs to try, with colons between them, `%s` where the address goes.
 */
export async function openBrowser(url: URL): Promise<boolean> {
  for (const [command, ...args] of browsers()) {
    if (
      await start(
        command,
        args.map((arg) => arg.replaceAll('%s', url.href)),
      )
    )
      return true
  }
  return false

  function browsers(): readonly (readonly [string, ...string[]])[] {
    const { platform, env } = process
    const own = platform === 'win32' ? [] : (env['BROWSER'] ?? '').split(':')
    const named = own.flatMap((text) => {
      const [command, ...args] = text.trim().split(/\s+/)
      if (!command) return []
      return [[command, ...(text.includes('%s') ? args : [...args, '%s'])] as const]
    })
    const [command, ...args] = openers.get(platform) ?? ['xdg-open']
    return [...named, [command, ...args, '%s']]
  }
}

function start(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

const openers: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
])
