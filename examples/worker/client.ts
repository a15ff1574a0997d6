import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { connect } from '@lutra/client/connect'
import { build } from 'esbuild'
import type { Edge } from './worker.ts'

// Bundled for no platform in particular: an import of a module of Node.js would fail here.
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
  bundle: true,
  format: 'iife',
  globalName: 'worker',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  write: false,
})
const code = outputFiles[0]?.text ?? ''
assert.doesNotMatch(code, /require\(|from ["']node:/)

// A world with the web's globals alone: no process, no Buffer, no require. Making code out of text is off, as it is there.
const web = {
  AbortController,
  AbortSignal,
  ByteLengthQueuingStrategy,
  clearInterval,
  clearTimeout,
  crypto,
  ReadableStream,
  Request,
  Response,
  setInterval,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
  Uint8Array,
  btoa,
  atob,
  queueMicrotask,
  console,
}
const world = createContext({ ...web }, { codeGeneration: { strings: false, wasm: false } })
runInContext(`${code}; globalThis.worker = worker`, world)
const { fetch: enter } = (world['worker'] as { default: { fetch: typeof fetch } }).default

await using edge = await connect<Edge>('https://edge.example/mcp', {
  fetch: async (input, init) => enter(new Request(input, init)),
})
const seen: (string | undefined)[] = []
const { text } = await edge.tools.greet(
  { name: 'Ada' },
  { onProgress: ({ message }) => seen.push(message) },
)
assert.equal(text, 'Hello, Ada, from the edge')
assert.deepEqual(seen, ['looking up the words'])
console.log(text)
