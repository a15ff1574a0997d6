import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { placeText, targetOf } from './place.ts'
import { addStarted, readStarted, type Started } from './started-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'lutra-started-'))
const path = join(folder, 'tasks.json')
process.env['LUTRA_TASKS'] = path
after(() => rmSync(folder, { recursive: true }))

const now = Date.now()
const sound = fc.record({
  id: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  tool: fc.string(),
  place: fc.oneof(
    fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() }),
    fc.record({ kind: fc.constant('module' as const), name: fc.string() }),
    fc.record({ kind: fc.constant('config' as const), file: fc.string(), server: fc.string() }),
    fc.record({ kind: fc.constant('command' as const), command: fc.string() }),
  ),
  startedAt: fc.integer({ min: 0, max: now }),
  expiresAt: fc.integer({ min: now + 600_000, max: now * 2 }),
})
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, -1, 1e300, '', 'https:', 'file:///x', '__proto__', [[]]),
)
const or = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: good }, { weight: 1, arbitrary: odd })
const broken = fc.record(
  {
    id: or(fc.constant('broken')),
    tool: or(fc.string()),
    place: or(
      fc.record({
        kind: or(fc.constantFrom('url', 'module', 'config', 'command')),
        ...{ url: odd, name: odd, file: odd, server: odd, command: odd },
      }),
    ),
    startedAt: or(fc.constant(now)),
    expiresAt: or(fc.constant(now * 2)),
  },
  { requiredKeys: [] },
)

/** What is shown of each, and gone back to. */
function use(all: readonly Started[]): void {
  for (const { id, tool, place, startedAt, expiresAt } of all) {
    assert.ok(typeof id === 'string' && typeof tool === 'string')
    assert.ok(new Date(startedAt).toISOString() && new Date(expiresAt).toISOString())
    assert.equal(typeof placeText(place), 'string')
    assert.equal(targetOf(place) === undefined, place.kind === 'command')
  }
}

const added: Started = {
  ...{ id: 'added', tool: 'x', place: { kind: 'module', name: 'x' } },
  ...{ startedAt: now, expiresAt: now + 600_000 },
}

test('whatever became of single entries of the record, the others are kept and can be used', () => {
  const entries = fc.array(fc.tuple(fc.constantFrom('sound', 'broken'), sound, or(broken)), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(entries, (some) => {
      const tasks = some.map(([which, good, bad]) => (which === 'sound' ? good : bad))
      const ids = some.flatMap(([which, { id }]) => (which === 'sound' ? [id] : []))
      writeFileSync(path, JSON.stringify({ tasks }))
      const all = readStarted()
      use(all)
      assert.deepEqual(
        ids.filter((id) => !all.some((one) => one.id === id)),
        [],
      )
      addStarted(added)
      assert.deepEqual(readStarted(), [added, ...all.filter(({ id }) => id !== 'added')])
    }),
  )
})

test('whatever became of the record, it is one that knows nothing, and is written anew', () => {
  const bytes = fc.uint8Array({ maxLength: 100 }).map((some) => Buffer.from(some))
  const json = fc.oneof(
    fc.json(),
    odd.map((tasks) => JSON.stringify({ tasks })),
  )
  fc.assert(
    fc.property(fc.oneof(bytes, json), (content) => {
      writeFileSync(path, content)
      assert.deepEqual(readStarted(), [])
      addStarted(added)
      assert.deepEqual(readStarted(), [added])
    }),
  )
})

test('a moment that no calendar has is none', () => {
  const later = { ...added, expiresAt: 8.64e15 }
  const never = { ...added, id: 'never' }
  const tasks = [later, { ...never, startedAt: 1e300 }, { ...never, expiresAt: 1e300 }]
  writeFileSync(path, JSON.stringify({ tasks }))
  assert.deepEqual(readStarted(), [later])
})

test('a full record of the longest ids is read again', () => {
  rmSync(path)
  const long = (at: number) => `${at}`.padEnd(1024, '\u0000')
  const tasks = Array.from({ length: 250 }, (_, at) => ({ ...added, id: long(at) }))
  writeFileSync(path, JSON.stringify({ tasks: tasks.slice(0, 200) }))
  addStarted(added)
  assert.ok(readFileSync(path).length > 1_000_000)
  assert.equal(readStarted().length, 200)
  assert.equal(readStarted()[0]?.id, 'added')
})
