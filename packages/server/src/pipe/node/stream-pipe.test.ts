import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ErrorCode } from '@lutra/core'
import { createStreamPipe } from './stream-pipe.ts'

function collect(output: PassThrough): () => unknown[] {
  let text = ''
  output.on('data', (chunk) => {
    text += chunk
  })
  return () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
}

async function readAll(incoming: AsyncIterable<unknown>): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const value of incoming) values.push(value)
  return values
}

test('what cannot be read is answered without an id, and reading goes on', async () => {
  const input = new PassThrough()
  const output = new PassThrough()
  const sent = collect(output)
  const pipe = createStreamPipe(input, output, { maxLineBytes: 100, maxDepth: 10 })
  const bad = ['{', 'x'.repeat(200), '['.repeat(50), Buffer.of(0x22, 0xff, 0x22)]
  for (const line of bad) {
    input.write(line)
    input.write('\n[1]\n')
  }
  input.end('[2]')
  assert.deepEqual(await readAll(pipe.incoming), [[1], [1], [1], [1], [2]])
  await pipe.flush()
  const replies = sent() as { id?: unknown; error: { code: number; message: string } }[]
  assert.deepEqual(
    replies.map(({ id, error }) => [id, error.code]),
    bad.map(() => [undefined, ErrorCode.parse]),
  )
  assert.match(replies[1]?.error.message ?? '', /longer than 100 bytes/)
})

test('what is sent in one turn goes out in one write, whatever it says', async () => {
  const writes: string[] = []
  const output = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk))
      done()
    },
  })
  const pipe = createStreamPipe(new PassThrough(), output)
  void pipe.send({ jsonrpc: '2.0', method: 'a\nb' })
  void pipe.sendText?.('{"x":1}')
  await sleep(5)
  assert.deepEqual(writes, ['{"jsonrpc":"2.0","method":"a\\nb"}\n{"x":1}\n'])
})

test('a slow reader is waited for', async () => {
  let finish = () => {}
  const output = new Writable({
    highWaterMark: 10,
    write(_chunk, _encoding, done) {
      finish = done
    },
  })
  const pipe = createStreamPipe(new PassThrough(), output)
  void pipe.sendText?.(`"${'x'.repeat(100)}"`)
  await sleep(5)
  const room = pipe.sendText?.('"y"')
  assert.ok(room instanceof Promise)
  await sleep(5)
  finish()
  await sleep(5)
  finish()
  await room
})

test('a client that never reads is given up', async () => {
  const input = new PassThrough()
  const output = new Writable({ highWaterMark: 10, write() {} })
  const pipe = createStreamPipe(input, output, { maxBufferedBytes: 1000 })
  const reading = readAll(pipe.incoming)
  for (let i = 0; i < 5; i++) {
    void pipe.sendText?.(`"${'x'.repeat(400)}"`)
    await sleep(1)
  }
  assert.deepEqual(await reading, [])
  assert.ok(output.writableLength < 2000)
})

test('an output that breaks ends the pipe', async () => {
  const input = new PassThrough()
  const output = new PassThrough()
  const pipe = createStreamPipe(input, output)
  const reading = readAll(pipe.incoming)
  output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  assert.deepEqual(await reading, [])
  void pipe.sendText?.('1')
  await pipe.flush()
})
