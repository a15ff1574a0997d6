import { after, before, describe, test } from 'node:test'
import { engineCases } from '@lutra/stores/suite'
import { engines, type Opened } from './engines.ts'

for (const [name, open] of engines) {
  describe(name, () => {
    let opened: Opened | undefined
    before(async () => {
      opened = await open()
    })
    after(() => opened?.close())
    for (const one of engineCases) {
      test(`${name} ${one.name}`, async (t) => {
        if (opened) await one.run(opened)
        else t.skip(`${name} is not installed`)
      })
    }
  })
}
