import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { browserCommands, openBrowser } from './open-browser.ts'

const posix = process.platform === 'win32' ? { skip: 'needs scripts of a shell' } : {}

/** Sets variables of the environment for one test. */
function within(t: TestContext, variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name]
    t.after(() => {
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    })
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}

/** A program in the place of the system's opener: writes down what it was started with, each argument in a line. */
function standIn(t: TestContext, name: string, end = 'exit 0') {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-browser-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const log = join(folder, 'log')
  const program = join(folder, name)
  writeFileSync(program, `#!/bin/sh\nfor one in "$@"; do echo "$one" >> '${log}'; done\n${end}\n`)
  chmodSync(program, 0o755)
  const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`
  return {
    program,
    path,
    started: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []),
  }
}

test(
  '[AUTH-49] Hands an address over as one argument, whatever a shell would make of it',
  posix,
  async (t) => {
    const opener = standIn(t, 'xdg-open')
    within(t, { PATH: opener.path, DISPLAY: ':0', BROWSER: `${opener.program} --first` })
    const victim = join(tmpdir(), 'lutra-was-here')
    const url = new URL(
      `https://as.example/a?b=$(touch ${victim})&c=\`touch ${victim}\`;touch ${victim}|x&d='"%s&e=$&`,
    )
    assert.equal(await openBrowser(url), true)
    assert.deepEqual(opener.started(), ['--first', url.href, ''])
    assert.equal(existsSync(victim), false)
  },
)

test('[AUTH-49] Opens nothing but pages', posix, async (t) => {
  const opener = standIn(t, 'xdg-open')
  within(t, { PATH: opener.path, DISPLAY: ':0', BROWSER: opener.program })
  for (const url of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,x',
    'vbscript:x',
    'mailto:a@b',
    'ssh://x',
    'x-app:y',
  ]) {
    await assert.rejects(openBrowser(new URL(url)), TypeError, url)
  }
  assert.deepEqual(opener.started(), [])
})

test('Tries one after the other, and says where none can', posix, async (t) => {
  const failing = standIn(t, 'failing', 'exit 3')
  const opener = standIn(t, 'good')
  within(t, {
    DISPLAY: undefined,
    WAYLAND_DISPLAY: undefined,
    BROWSER: `/nowhere/at-all:${failing.program}:${opener.program} x%sy --new`,
  })
  assert.equal(await openBrowser(new URL('https://as.example/')), true)
  assert.deepEqual(failing.started(), ['https://as.example/', ''])
  assert.deepEqual(opener.started(), ['xhttps://as.example/y', '--new', ''])
  within(t, { BROWSER: failing.program })
  assert.equal(await openBrowser(new URL('https://as.example/')), false)
})

test('Does not wait for a browser to be closed', posix, async (t) => {
  const slow = standIn(t, 'slow', 'echo $$ >> "$0.pid"\nexec sleep 600')
  within(t, { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, BROWSER: slow.program })
  assert.equal(await openBrowser(new URL('https://as.example/')), true)
  const pid = Number(readFileSync(`${slow.program}.pid`, 'utf8'))
  assert.ok(process.kill(pid, 'SIGTERM'), 'it is still open')
})

test('[AUTH-49] Uses no shell on any system, and no screen that is not there', () => {
  const names = (...[platform, env, kernel]: Parameters<typeof browserCommands>) =>
    browserCommands(platform, env, kernel ?? '6.1.0').map(([program]) => program)
  assert.deepEqual(names('linux', {}), [])
  assert.deepEqual(names('linux', { DISPLAY: ':0' }), ['xdg-open'])
  assert.deepEqual(names('linux', { WAYLAND_DISPLAY: 'wayland-0', BROWSER: 'firefox' }), [
    'firefox',
    'xdg-open',
  ])
  assert.deepEqual(names('linux', {}, '5.15.90.1-microsoft-standard-WSL2'), [
    'wslview',
    'rundll32.exe',
  ])
  assert.deepEqual(names('darwin', {}), ['/usr/bin/open'])
  assert.deepEqual(names('darwin', { SSH_CONNECTION: 'x' }), [])
  assert.match(
    names('win32', { SystemRoot: 'C:\\Windows', BROWSER: 'x' })[0] ?? '',
    /System32.rundll32\.exe$/,
  )
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    for (const [program, ...args] of browserCommands(platform, { DISPLAY: ':0' }, 'microsoft')) {
      assert.doesNotMatch(program, /(^|[\\/])(sh|bash|cmd|powershell|start)(\.exe)?$/)
      assert.ok(args.includes('%s'))
    }
  }
})
