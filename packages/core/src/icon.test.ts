import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageTypeOf, safeIcon } from './icon.ts'

const own = { origin: 'https://server.test/mcp' }
const bytes = (...all: number[]) => Uint8Array.from(all)
const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64')
const png = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0)

test('[WIRE-52] PNG and JPEG may be shown, and are known by their bytes', () => {
  for (const type of ['image/png', 'image/jpeg', 'image/jpg', 'image/webp']) {
    assert.ok(safeIcon({ src: 'https://server.test/icon', mimeType: type }, own), type)
    assert.ok(safeIcon({ src: `data:${type};base64,${base64(png)}` }), type)
  }
  assert.equal(imageTypeOf(png), 'image/png')
  assert.equal(imageTypeOf(bytes(0xff, 0xd8, 0xff, 0xe0)), 'image/jpeg')
  assert.equal(imageTypeOf(Buffer.from('RIFF1234WEBPVP8 ')), 'image/webp')
})

test('[WIRE-53] every other scheme is refused', () => {
  const schemes = [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ftp://server.test/i',
    'ws://server.test/i',
  ]
  const others = [
    'http://server.test/i',
    'app://icon',
    'blob:https://server.test/1',
    'data:text/html,x',
  ]
  for (const src of [...schemes, ...others, '/icon.png', 'no url', '']) {
    assert.equal(safeIcon({ src }, own), undefined, src)
  }
})

test('[WIRE-54] other origins, credentials, scripts and excess are refused', () => {
  const refused = [
    { src: 'https://other.test/icon.png' },
    { src: 'https://server.test:8443/icon.png' },
    { src: 'https://ada:secret@server.test/icon.png' },
    { src: 'https://server.test/icon.svg', mimeType: 'image/svg+xml' },
    { src: 'data:image/svg+xml;base64,PHN2Zz4=' },
    { src: `data:image/png;base64,${'A'.repeat(2 << 20)}` },
  ]
  for (const icon of refused) assert.equal(safeIcon(icon, own), undefined, icon.src.slice(0, 60))
  assert.equal(safeIcon({ src: 'https://server.test/icon.png' }), undefined)
  for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<html>', '', 'RIFF1234WAVE']) {
    assert.equal(imageTypeOf(Buffer.from(text)), undefined, text)
  }
})
