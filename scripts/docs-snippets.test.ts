import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillSnippets } from './docs-snippets.ts'

const source = [
  "import { a } from 'a'",
  'function main() {',
  '  // #region call',
  '  a()',
  '  // #region inner',
  '    b()',
  '  // #endregion',
  '  // #endregion',
  '}',
  '',
].join('\n')
const read = (path: string) => (path === 'a.ts' ? source : undefined)
const page = (mark: string, body: string) => `Text\n\n${mark}\n\`\`\`ts\n${body}\`\`\`\nmore\n`

test('a marked fence is filled with its region, without indentation and inner marks', () => {
  const { filled, complaints } = fillSnippets(page('<!-- from a.ts#call -->', 'old()\n'), read)
  assert.deepEqual(complaints, [])
  assert.equal(filled, page('<!-- from a.ts#call -->', 'a()\n  b()\n'))
})

test('an empty fence is filled too, and filling twice changes nothing', () => {
  const once = fillSnippets(page('<!-- from a.ts#inner -->', ''), read).filled
  assert.equal(once, page('<!-- from a.ts#inner -->', 'b()\n'))
  assert.equal(fillSnippets(once, read).filled, once)
})

test('without a region the whole file stands there, without the marks', () => {
  const { filled } = fillSnippets(page('<!-- from a.ts -->', ''), read)
  assert.match(
    filled,
    /import \{ a \} from 'a'\nfunction main\(\) \{\n {2}a\(\)\n {4}b\(\)\n\}\n```/,
  )
})

test('a missing file, a missing region and code from nowhere are complaints', () => {
  assert.match(fillSnippets(page('<!-- from b.ts -->', ''), read).complaints[0] ?? '', /b\.ts/)
  assert.match(fillSnippets(page('<!-- from a.ts#x -->', ''), read).complaints[0] ?? '', /region x/)
  assert.match(fillSnippets('<!-- from a.ts -->\nText\n', read).complaints[0] ?? '', /no fence/)
  assert.match(fillSnippets(page('', 'free()\n'), read).complaints[0] ?? '', /free\(\)/)
  assert.deepEqual(fillSnippets(page('<!-- not run: a sketch -->', 'x\n'), read).complaints, [])
})
