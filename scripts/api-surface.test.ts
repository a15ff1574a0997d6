import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { printSurface } from './api-surface.ts'

test('a surface holds what is exported and what that needs, and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'surface-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (name: string, lines: string[]) =>
    writeFileSync(join(folder, name), lines.join('\n'))
  write('index.d.ts', ["export { type Shown as Seen, make } from './make.ts';"])
  write('make.d.ts', [
    "import type { Deep } from './deep.ts';",
    '/** Makes. */',
    'export declare function make(one: string): Shown;',
    'export declare function make(one: number): Shown;',
    'export interface Shown {',
    '    /** Deep down. */',
    '    readonly deep: Deep;',
    "    readonly text: 'Hidden';",
    '    readonly Hidden: (Hidden: 1) => 2;',
    '}',
    'export interface Hidden {',
    '    readonly x: 1;',
    '}',
    '//# sourceMappingURL=make.d.ts.map',
  ])
  write('deep.d.ts', ['export type Deep = import("./inline.ts").Inline[];'])
  write('inline.d.ts', ['export interface Inline {', '}', 'declare const secret: unique symbol;'])

  const surface = printSurface(join(folder, 'index.d.ts'))

  assert.equal(
    surface,
    [
      'export {',
      '    Seen,',
      '    make,',
      '};',
      '',
      '// deep',
      'type Deep = import("./inline.ts").Inline[];',
      '',
      '// inline',
      'interface Inline {',
      '}',
      '',
      '// make',
      'declare function make(one: string): Shown;',
      'declare function make(one: number): Shown;',
      'interface Shown {',
      '    readonly deep: Deep;',
      "    readonly text: 'Hidden';",
      '    readonly Hidden: (Hidden: 1) => 2;',
      '}',
      '',
    ].join('\n'),
  )
})

test('a reference to a declaration that is not there is an error, not a gap', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'surface-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'index.d.ts'), "export { a } from './gone.ts';")
  assert.throws(() => printSurface(join(folder, 'index.d.ts')), /gone/)
})
