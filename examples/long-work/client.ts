import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { z } from 'zod'

// #region server
const copy = tool({
  name: 'copy',
  description: 'Copies files, and says how far it is',
  input: z.object({ files: z.number().int() }),
  async run({ files }, ctx) {
    for (let file = 1; file <= files; file++) {
      await pause(30, undefined, { signal: ctx.signal }) // ends at once when the caller cancels
      ctx.progress(file, files, `file ${file}`)
    }
    return { files }
  },
})
// #endregion

const server = createServer({ name: 'copier', version: '1.0.0', tools: [copy] })
const http = await serveNode(server).listen()
await using copier = await connect<typeof server>(http.url)

// #region progress
const { data } = await copier.tools.copy(
  { files: 3 },
  { onProgress: ({ progress, total, message }) => console.log(`${progress}/${total} ${message}`) },
)
// #endregion
assert.equal(data.files, 3)

// #region timeout
// Each news of progress begins the five seconds anew; a minute in all is the most.
const slow = await copier.tools.copy({ files: 10 }, { timeoutMs: 5_000, maxTimeoutMs: 60_000 })
const tooSlow = copier.tools.copy({ files: 100 }, { timeoutMs: 5_000, maxTimeoutMs: 300 })
// #endregion
assert.equal(slow.data.files, 10)
await assert.rejects(tooSlow, { name: 'TimeoutError' })

// #region cancel
const giveUp = new AbortController()
const copying = copier.tools.copy({ files: 1_000 }, { signal: giveUp.signal })
giveUp.abort(new Error('The user pressed stop'))
// #endregion
await assert.rejects(copying, /pressed stop/)
await http.close()
