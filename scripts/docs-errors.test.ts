import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './run-command.ts'
import { readPackages } from './workspace.ts'

const page = readFileSync(join(root, 'docs/guide/errors.md'), 'utf8')
const texts = [...page.matchAll(/^### (`+) ?(.+?) ?\1$/gm)].map(([, , text = '']) => text)
const sources = readPackages().flatMap(({ folder }) => readSources(join(root, folder, 'src')))

test('the page has texts, each of them once', () => {
  assert.ok(texts.length > 50)
  assert.deepEqual(texts, [...new Set(texts)])
})

for (const text of texts) {
  test(`a user can see: ${text}`, () => {
    assert.ok(
      sources.some((source) => source.includes(text)),
      'no source has this text: … stands for what is filled in',
    )
  })
}

/** The sources of a package with … in place of what is filled in. */
function readSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .map((source) =>
      source
        .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')
        .replaceAll(/…+/g, '…')
        .replaceAll("\\'", "'"),
    )
}
