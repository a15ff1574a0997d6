import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import type { FormContent } from '@lutra/core'
import { serveNode } from '@lutra/server/serve-node'
import { createPhotos, ledger, type Photos } from './server.ts'

/** What the person before this client would type, by the name of the field. */
const typed: FormContent = {
  sure: true,
  name: 'Summer',
  size: 'A4',
  extras: ['matt'],
  email: 'ada@example.com',
  street: 'Main Street 1',
  agree: true,
  gift: true,
  tag: 'beach',
}

const http = await serveNode(createPhotos()).listen()
for (const era of ['modern', 'legacy'] as const) await walk(era)
await askNobody()
await http.close()

async function walk(era: 'modern' | 'legacy'): Promise<void> {
  ledger.length = 0
  const asked: string[] = []
  // #region answer
  await using photos = await connect<Photos>(http.url, {
    era,
    answer: {
      elicit({ message, form, initial }) {
        asked.push(message) // a real client shows it, the fields, and which server asks
        const fields = Object.keys(form.properties)
        const filled = fields.flatMap((name) => (name in typed ? [[name, typed[name]]] : []))
        return { action: 'accept', content: { ...initial, ...Object.fromEntries(filled) } }
      },
      elicitUrl({ url }) {
        asked.push(url.href) // a real client shows the whole address, and opens it once agreed
        return { action: 'accept' }
      },
    },
  })
  const { text } = await photos.tools.remove({ photos: ['a.jpg', 'b.jpg'] })
  // #endregion
  assert.equal(text, 'Deleted 2 photos')
  assert.equal((await photos.tools.rename_album({})).text, 'Renamed to Summer')
  assert.equal((await photos.tools.order_prints()).text, 'A4 (matt) to Main Street 1')
  assert.equal((await photos.tools.buy_storage()).text, 'Paid 12 €, gift-wrapped')
  assert.deepEqual(ledger, ['offer', 'pay'], 'run() was entered three times, each step once')
  assert.match((await photos.tools.unlock()).text, /Opened/)
  assert.equal((await photos.tools.tag()).text, 'IMG_1.jpg is tagged beach')
  console.log(`${era}: ${asked.join(' ')}`)
}

async function askNobody(): Promise<void> {
  // #region nobody
  await using photos = await connect<Photos>(http.url) // without `answer` there is nobody to ask
  const { text } = await photos.tools.rename_album({})
  // #endregion
  assert.equal(text, 'Call this tool again with a name')
}
