import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startOidc } from '../../conformance/auth/oidc.ts'
import { startProtected } from '../../conformance/auth/protected.ts'

/** Types what the guide of the command line types, in a shell, and holds what comes to what the guide shows. */
const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const guide = readFileSync(join(root, 'docs/guide/command-line.md'), 'utf8')

const bin = mkdtempSync(join(tmpdir(), 'lutra-guide-'))
const main = join(root, 'packages/cli/src/main.ts')
const run = `exec '${process.execPath}' --import tsx '${main}' "$@"\n`
put('lutra', `#!/bin/sh\n${run}`)
// Stands in for a package manager: the packages are installed already.
put(
  'npx',
  `#!/bin/sh\n[ "$1" = -y ] && shift\nname=$1; shift\ncase $name in lutra) ${run};; esac
exec '${process.execPath}' '${root}node_modules/'"$name/dist/index.js" "$@"\n`,
)
put(
  'jq',
  `#!/bin/sh\nexec '${process.execPath}' -e '
const text = require("node:fs").readFileSync(0, "utf8")
const [name] = process.argv.at(-1).split(".").slice(1)
console.log(JSON.stringify(JSON.parse(text)[name]))' -- "$@"\n`,
)

// The shop of the guide: a server that `bearer()` protects, and an authorization server that is not ours.
const oidc = await startOidc()
const shop = await startProtected({ issuers: [oidc.issuer] })
const stands: readonly (readonly [shown: string, real: string])[] = [
  ['https://shop.example', new URL(shop.url).origin],
  ['https://id.example', oidc.issuer],
]
const browser = join(root, 'packages/cli/test/browser.mjs')

const left: ChildProcess[] = []
after(async () => {
  await shop[Symbol.asyncDispose]()
  await oidc[Symbol.asyncDispose]()
  for (const { pid = 0 } of left) process.kill(-pid, 'SIGKILL')
  rmSync(bin, { recursive: true })
})

const places = new Map<string, string>()
for (const [at, session] of sessionsOf(guide).entries()) {
  test(`session ${at + 1}: ${session[0]?.command}`, async () => {
    const begun: { readonly output: () => string; readonly shown: string }[] = []
    for (const { command, shown } of session) {
      if (command.endsWith('&')) {
        const output = start(command.slice(0, -1).trim())
        await until(() => matches(output(), shown))
        begun.push({ output, shown })
      } else {
        // What goes on behind may say something in between.
        const output = start(command)
        const all = () => [
          output(),
          ...begun.map((one) => one.output().slice(one.shown.length + 1)),
        ]
        await until(() => matches(all().join(''), shown))
        assert.match(all().join(''), patternOf(shown))
      }
    }
  })
}

interface Typed {
  readonly command: string
  readonly shown: string
}

/** The commands of each block of the page, with what the page shows for them. */
function sessionsOf(page: string): Typed[][] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)\n```/g)].map(([, text = '']) => text)
  assert.ok(blocks.length > 8)
  return blocks.map((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [command = '', ...shown] = text.trimEnd().split('\n')
        return { command, shown: shown.join('\n') }
      }),
  )
}

function start(command: string): () => string {
  const own = command
    .replace(/^lutra serve (\w+)\.ts$/, 'lutra serve $1.ts --port 0')
    .replaceAll(/http:\S+\/mcp/g, (url) => places.get(url) ?? url)
    .replaceAll('https://shop.example', new URL(shop.url).origin)
  const child = spawn('sh', ['-c', `{ ${own}\n} 2>&1`], {
    cwd: here,
    env: {
      ...process.env,
      PATH: bin + delimiter + process.env['PATH'],
      NO_COLOR: '1',
      BROWSER: `${process.execPath} ${browser}`,
      LUTRA_CREDENTIALS: join(bin, 'credentials.json'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (heard: string) => {
    const text = stands.reduce((all, [shown, real]) => all.replaceAll(real, shown), heard)
    const [url] = /http:\S+\/mcp/.exec(text) ?? []
    if (own.includes('--port 0') && url) places.set('http://127.0.0.1:3000/mcp', url)
    said += url ? text.replaceAll(url, 'http://127.0.0.1:3000/mcp') : text
  })
  left.push(child)
  child.once('close', () => left.splice(left.indexOf(child), 1))
  return () => said
}

function matches(text: string, shown: string): boolean {
  return patternOf(shown).test(text)
}

/** What the page shows, `…` standing for anything. */
function patternOf(shown: string): RegExp {
  const parts = shown.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('[\\s\\S]*')}\\s*$`)
}

async function until(holds: () => boolean): Promise<void> {
  for (let count = 0; count < 800 && !holds(); count++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function put(name: string, text: string): void {
  const path = join(bin, name)
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}
