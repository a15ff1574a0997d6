import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from './run-command.ts'

const node = (code: string): string[] => [process.execPath, '-e', code]

test('a command gives its code and what it printed on both streams', async () => {
  const { code, output } = await runCommand(
    node('console.log("out"); console.error("err"); process.exitCode = 3'),
  )
  assert.equal(code, 3)
  assert.deepEqual(output.trim().split('\n').sort(), ['err', 'out'])
})

test('a program that is not there is a failure with a name', async () => {
  const { code, output } = await runCommand(['no-such-program-here'])
  assert.equal(code, 1)
  assert.match(output, /no-such-program-here.*ENOENT/)
})

// It ends only when the pipe that both hold is closed, which is when both are gone.
test('a command that hangs is stopped with everything that it started', async () => {
  const { code, output } = await runCommand(
    node(`
      const { spawn } = require('node:child_process')
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 9)'], { stdio: 'inherit' })
      setInterval(() => {}, 9)
    `),
    { timeoutMs: 500 },
  )
  assert.equal(code, 1)
  assert.match(output, /stopped after 500 ms/)
})

test('a command that ends but leaves a process behind has failed', async () => {
  const { code } = await runCommand(
    node(`
      const { spawn } = require('node:child_process')
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 9)'], { stdio: 'inherit' }).unref()
    `),
  )
  assert.equal(code, 1)
})
