/** What somebody could guess byte by byte is never compared in a way that tells how far they have got. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../scripts/run-command.ts'

const secret = String.raw`[\w.?]*(?:[sS]ecret|[sS]ignature|[mM]ac|[dD]igest|apiKey|ApiKey|[bB]inding)(?!\w*(?:Of|Method|Options|Kind))\w*`
const value = String.raw`[\w.?]+(?:\([^)]*\))?`
const compared = new RegExp(
  `(?:${secret}\\s*[!=]==\\s*(${value})|(${value})\\s*[!=]==\\s*${secret})`,
  'g',
)

// What is compared with these is whether something is there, or of which type it is.
const harmless = new Set(['undefined', 'null', 'true', 'false', 'typeof', '0'])

function findComparisons(source: string): string[] {
  return [...source.matchAll(compared)]
    .filter(([, right, left]) => !harmless.has(right ?? left ?? ''))
    .map(([text]) => text)
}

test('the search finds what it is for', () => {
  assert.equal(findComparisons('if (client.secret === given) return').length, 1)
  assert.equal(findComparisons('return found !== apiKey').length, 1)
  assert.deepEqual(findComparisons("secret === undefined || typeof secret === 'string'"), [])
})

test('no secret, signature or digest is compared by an operator that stops at the first difference', () => {
  const found = ['server', 'auth-server', 'client', 'core'].flatMap((name) => {
    const home = join(root, 'packages', name, 'src')
    return readdirSync(home, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .flatMap((path) => {
        const texts = findComparisons(readFileSync(join(home, path), 'utf8'))
        return texts.map((text) => `${name}/${path}: ${text}`)
      })
  })
  assert.deepEqual(found, [])
})
