import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { engineCases } from '@lutra/stores/suite'
import { openFile } from './file-engine.ts'

const folder = await mkdtemp(join(tmpdir(), 'lutra-own-engine-'))
after(() => rm(folder, { recursive: true }))

// #region suite
const one = await openFile(join(folder, 'entries.json'))
const two = one // what many processes share is opened twice: `await openShared(url)`

for (const { name, run } of engineCases) test(name, () => run({ one, two }))
// #endregion

test('what was stored outlives the process', async () => {
  const version = await one.store.set('kept/k', { safe: true })
  await one.close()
  const again = await openFile(join(folder, 'entries.json'))
  assert.deepEqual(await again.store.get('kept/k'), {
    key: 'kept/k',
    value: { safe: true },
    version,
  })
})
