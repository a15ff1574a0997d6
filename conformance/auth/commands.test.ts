/** Local servers are started by what their user wrote, and by nothing else. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from '@lutra/client/connect'

test('[AUTH-52] the exact command that was written is run, without a shell that makes more of it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lutra-commands-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const [seen, made] = [join(folder, 'seen.json'), join(folder, 'made')]
  const program = join(folder, 'program.mjs')
  const source = `import { writeFileSync } from 'node:fs'
writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.argv.slice(2)))`
  await writeFile(program, source)
  const args = [
    `; touch ${made}`,
    `$(touch ${made})`,
    `\`touch ${made}\``,
    `&& touch ${made}`,
    '%PATH%',
    '"',
    "'",
    '',
  ]
  const target = { command: process.execPath, args: [program, ...args] }
  // It ends at once: that it is no server is told, and all that matters here is what it was given.
  await assert.rejects(connect(target, { timeoutMs: 5_000 }))
  const { default: given } = (await import(seen, { with: { type: 'json' } })) as {
    default: string[]
  }
  assert.deepEqual(given, args)
  assert.ok(!existsSync(made))
})

test('[AUTH-52] text that is no address starts nothing, whatever it looks like', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lutra-commands-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const made = join(folder, 'made')
  for (const text of [
    `touch ${made}`,
    `file:///bin/sh?-c=touch ${made}`,
    `stdio:touch ${made}`,
    `lutra://install?command=touch&args=${made}`,
  ]) {
    await assert.rejects(async () => connect(text))
  }
  assert.ok(!existsSync(made))
})
