import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
// #region imports
import { connect } from '@lutra/client/connect'
import type { Weather } from './server.ts'

// #endregion

process.env['PORT'] = '0'
const { http } = await import('./http.ts')
await overHttp(http.url)
await overStdio(fileURLToPath(new URL('stdio.ts', import.meta.url)))
await inMemory()
await http.close()

async function overHttp(url: string): Promise<void> {
  // #region http
  await using weather = await connect<Weather>(url)
  const { data } = await weather.tools.forecast({ city: 'Bern' })
  console.log(data)
  // #endregion
  assert.deepEqual(data, { city: 'Bern', celsius: [21, 20, 19] })
}

async function overStdio(file: string): Promise<void> {
  // #region stdio
  await using weather = await connect<Weather>({
    command: process.execPath,
    args: ['--import', 'tsx', file],
  })
  // #endregion
  const { data } = await weather.tools.forecast({ city: 'Oslo', days: 1 })
  assert.deepEqual(data.celsius, [21])
}

async function inMemory(): Promise<void> {
  const { server } = await import('./server.ts')
  // #region memory
  await using weather = await connect(server)
  const { data } = await weather.tools.forecast({ city: 'Rome', days: 2 })
  // #endregion
  assert.deepEqual(data.celsius, [21, 20])
  // #region wrong
  const answer = await weather.callTool('forecast', { city: 'Rome', days: 70 })
  console.log(answer.isError, answer.text)
  // #endregion
  assert.equal(answer.isError, true)
  assert.match(answer.text, /days/)
}
