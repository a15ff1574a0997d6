import { spawn } from 'node:child_process'

/** Hands an address to the person's browser, without a shell; false where there is none to hand it to. */
export function openBrowser(url: URL): Promise<boolean> {
  const [command, ...args] = openers.get(process.platform) ?? ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url.href], { stdio: 'ignore', detached: true })
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
