import { existsSync } from 'node:fs'

/**
 * Where the browser is that tests drive: what `CHROMIUM` names, else where systems keep it. None is downloaded: Debian and its kin have a
 * package, `apt-get install --no-install-recommends chromium`, and whatever is built of Chromium will do.
 */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM'], ...usual].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  )
}

/** Why tests that need the browser are left out: a reason on a machine without one, `false` where there is one or has to be. */
export function skipWithoutChromium(): string | false {
  if (findChromium() !== undefined || process.env['CI'] === 'true') return false
  return 'no Chromium here: install it, or set CHROMIUM to its path'
}

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]
