import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isExtensionId, isMetaKey, isReservedKey } from './meta-key.ts'

test('[WIRE-26, WIRE-27, WIRE-28] a metadata key is a name, with a prefix of labels or without', () => {
  for (const key of ['a', 'progressToken', 'com.example/a', 'x-y.z/', 'a.b-c/d_e.f-g', '1', '']) {
    assert.equal(isMetaKey(key), true, key)
  }
  for (const key of [
    '/a',
    '1a/b',
    'a-/b',
    'a..b/c',
    '.a/b',
    '-a',
    'a_',
    'a b',
    'ä',
    'a/b/c',
    'a/_',
  ]) {
    assert.equal(isMetaKey(key), false, key)
  }
})

test('[WIRE-30] prefixes whose second label is mcp or modelcontextprotocol are reserved', () => {
  for (const key of [
    'io.modelcontextprotocol/x',
    'dev.mcp/',
    'com.mcp.tools/x',
    'org.modelcontextprotocol.api/',
  ]) {
    assert.equal(isReservedKey(key), true, key)
  }
  for (const key of ['com.example.mcp/x', 'mcp/x', 'mcp', 'io.modelcontextprotocol', 'mcp.dev/x']) {
    assert.equal(isReservedKey(key), false, key)
  }
})

test('[WIRE-31] the id of an extension always has a prefix and a name', () => {
  for (const id of ['com.example/name', 'io.modelcontextprotocol/ui', 'a/b']) {
    assert.equal(isExtensionId(id), true, id)
  }
  for (const id of ['name', '/name', 'com.example/', '1.com/a', 'com.example/a/b', 'com..x/a']) {
    assert.equal(isExtensionId(id), false, id)
  }
})
