/** Pages for people. See /specification/2026-07-28/basic/security_best_practices#unsafe-url-handling */
import { spawn } from 'node:child_process'
import { release } from 'node:os'
import { join } from 'node:path'

/** A program with its arguments; `%s` stands for the address. */
export type BrowserCommand = readonly [program: string, ...args: string[]]

/**
 * Hands an address to the person's browser, without a shell; false where there is none to hand it to. `BROWSER` names another one
 * than the system's: programs to try, with colons between them, `%s` where the address goes.
 */
export async function openBrowser(url: URL): Promise<boolean> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`Only http and https pages are opened, not ${url.protocol.slice(0, 32)}`)
  }
  for (const [program, ...args] of browserCommands()) {
    const words = args.map((arg) => arg.replaceAll('%s', () => url.href))
    if (await start(program, words)) return true
  }
  return false
}

/** What may show a page, best first: none where there is no screen to show it on. */
export function browserCommands(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  kernel: string = release(),
): readonly BrowserCommand[] {
  if (platform === 'win32')
    return [windows(join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'rundll32.exe'))]
  const named = namedBy(env['BROWSER'] ?? '')
  // Over ssh, the screen is somewhere else.
  if (platform === 'darwin')
    return env['SSH_CONNECTION'] ? named : [...named, ['/usr/bin/open', '%s']]
  const wsl = /microsoft/i.test(kernel)
  const screen = Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
  return [
    ...named,
    ...(wsl ? ([['wslview', '%s'], windows('rundll32.exe')] as const) : []),
    ...(screen ? ([['xdg-open', '%s']] as const) : []),
  ]
}

function windows(program: string): BrowserCommand {
  return [program, 'url.dll,FileProtocolHandler', '%s']
}

function namedBy(text: string): readonly BrowserCommand[] {
  return text.split(':').flatMap((one): BrowserCommand[] => {
    const [program, ...args] = one.trim().split(/\s+/)
    if (!program) return []
    return [[program, ...(args.some((arg) => arg.includes('%s')) ? args : [...args, '%s'])]]
  })
}

// What opens pages ends at once; a browser itself does not.
const patienceMs = 1500

/** Whether the program could be started, and did not say at once that it cannot. */
function start(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsHide: true })
    const timer = setTimeout(() => resolve(true), patienceMs)
    child.unref()
    child.once('error', () => done(false))
    child.once('exit', (code) => done(code === 0))

    function done(opened: boolean): void {
      clearTimeout(timer)
      resolve(opened)
    }
  })
}
