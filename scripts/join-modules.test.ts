import assert from 'node:assert/strict'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { importsOf } from './imports.ts'
import { joined, joinModules } from './join-modules.ts'
import { root, runCommand } from './run-command.ts'
import { type Package, readPackages } from './workspace.ts'

const packages = readPackages().filter(({ entries }) => entries.length > 0)
mkdirSync(join(root, '.tmp'), { recursive: true })
// Below the root, where what is not ours is found as always.
const home = mkdtempSync(join(root, '.tmp', 'joined-'))
const placeOf = ({ name }: Package) => join(home, 'node_modules', name)
const folderOf = (one: Package) => join(placeOf(one), 'dist', joined)

before(async () => {
  for (const one of packages) {
    cpSync(join(root, one.folder, 'package.json'), join(placeOf(one), 'package.json'))
  }
  await Promise.all(packages.map((one) => joinModules(one, { packages, outdir: folderOf(one) })))
})
after(() => rmSync(home, { recursive: true, force: true }))

test('a server over stdio has loaded four files of ours when it has answered', async () => {
  const files = await loadedBy(`
    import { createServer, tool } from '@lutra/server'
    import { serveStdio } from '@lutra/server/serve-stdio'
    import { PassThrough } from 'node:stream'
    const echo = tool({
      name: 'echo',
      input: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      run: ({ text }) => String(text),
    })
    const [input, output] = [new PassThrough(), new PassThrough()]
    output.once('data', (line) => {
      if (!String(line).includes('"text":"hello"')) process.exit(1)
      input.end()
    })
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
    }
    const params = { name: 'echo', arguments: { text: 'hello' }, _meta }
    input.write(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }) + '\\n')
    await serveStdio(createServer({ name: 'test', version: '1.0.0', tools: [echo] }), { input, output })
  `)
  assert.equal(files.length, 4, files.join('\n'))
})

test('a client of both eras has loaded four files of ours when it is imported', async () => {
  const files = await loadedBy(`
    import { createClient } from '@lutra/client'
    import { connect } from '@lutra/client/connect'
    if (!createClient || !connect) process.exit(1)
  `)
  assert.equal(files.length, 4, files.join('\n'))
})

test('each module is in one file, so that nothing is there twice', () => {
  for (const one of packages) {
    const places = new Map<string, string>()
    for (const file of readdirSync(folderOf(one)).filter((name) => name.endsWith('.map'))) {
      const { sources } = JSON.parse(readFileSync(join(folderOf(one), file), 'utf8'))
      for (const source of sources) {
        assert.equal(places.get(source), undefined, `${source} is in ${file} too`)
        places.set(source, file)
      }
    }
  }
})

test('each joined entry has the names of its source', async () => {
  for (const one of packages) {
    for (const { name, source } of one.entries) {
      const ours = await import(pathToFileURL(join(root, source)).href)
      const theirs = await import(pathToFileURL(join(folderOf(one), `${name}.js`)).href)
      assert.deepEqual(Object.keys(theirs).sort(), Object.keys(ours).sort(), source)
    }
  }
})

test('a joined entry reaches no module of Node.js, and no package, that its own modules do not import', () => {
  for (const one of packages) {
    for (const { name, source } of one.entries) {
      const own = reach(join(root, source), importsOf)
      const reached = reach(join(folderOf(one), `${name}.js`), joinedImports)
      const foreign = reached.filter((path) => !own.includes(path) && !path.startsWith('@lutra/'))
      assert.deepEqual(foreign, [], source)
    }
  }
})

/** The files of ours that a process has loaded by the time it ends. */
async function loadedBy(code: string): Promise<string[]> {
  const folder = mkdtempSync(join(home, 'run-'))
  writeFileSync(join(folder, 'script.mjs'), code)
  const { code: ended, output } = await runCommand([process.execPath, join(folder, 'script.mjs')], {
    env: { NODE_V8_COVERAGE: folder },
    timeoutMs: 30_000,
  })
  assert.equal(ended, 0, output)
  const report = readdirSync(folder).find((name) => name.endsWith('.json')) ?? ''
  const { result } = JSON.parse(readFileSync(join(folder, report), 'utf8'))
  const urls: string[] = result.map(({ url }: { url: string }) => url)
  return urls.filter((url) => url.includes('/node_modules/@lutra/'))
}

/** Every module outside of a package that a file of it leads to. */
function reach(file: string, imports: (code: string) => string[]): string[] {
  const outside = new Set<string>()
  const files = new Set([file])
  for (const one of files) {
    for (const path of imports(readFileSync(one, 'utf8'))) {
      if (path.startsWith('.')) files.add(resolve(dirname(one), path))
      else outside.add(path)
    }
  }
  return [...outside]
}

function joinedImports(code: string): string[] {
  const found = code.matchAll(/^(?:import|export|\})(?:[^'"\n;]*? from)? ["']([^"'\n]+)["']/gm)
  return [...found].map(([, path = '']) => path)
}
