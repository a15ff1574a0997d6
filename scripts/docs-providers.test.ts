import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { providers } from '@lutra/server/auth'
import { fillProviders, providersPage } from './docs-providers.ts'

test('the guide says of each authorization server what the code knows of it', () => {
  const page = readFileSync(providersPage, 'utf8')
  for (const { title } of providers) assert.ok(page.includes(`| ${title} |`), title)
  assert.equal(page, fillProviders(page), 'npx tsx scripts/docs-providers.ts --write')
})
