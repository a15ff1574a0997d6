import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * The declarations that an export promises: its names, and what they need from the files behind it, without comments. It reads
 * the declarations of the compiler, whose form is regular: a statement starts at the first column and goes on indented.
 */
export function printSurface(entry: string): string {
  const needed = new Map<string, Set<string>>()
  const names = [...readDeclarations(entry).exported.keys()].sort()
  for (const name of names) follow({ file: entry, name }, needed)
  const sections = [...needed].map(([file, wanted]) => {
    const { declared } = readDeclarations(file)
    const texts = [...declared].filter(([name]) => wanted.has(name)).map(([, text]) => text)
    return `// ${relative(dirname(entry), file).replace(/\.d\.ts$/, '')}\n${texts.join('\n')}\n`
  })
  return `export {\n${names.map((name) => `    ${name},\n`).join('')}};\n\n${sections.sort().join('\n')}`
}

/** A name as one file knows it. */
interface Reference {
  file: string
  name: string
}

interface Declarations {
  /** What the file declares, by name; the overloads of a function are one text. */
  declared: Map<string, string>
  /** What its local names stand for in other files. */
  imported: Map<string, Reference>
  exported: Map<string, Reference>
}

// Strings, the names of properties and parameters, and those of methods: words that refer to no declaration.
const notReferences = /'[^'\n]*'|"[^"\n]*"|[\w$]+\??:(?=\s)|^\s+[\w$]+\??(?=\()/gm

const known = new Map<string, Declarations>()

function readDeclarations(file: string): Declarations {
  const read = known.get(file) ?? parse(file)
  known.set(file, read)
  return read
}

function follow({ file, name }: Reference, needed: Map<string, Set<string>>): void {
  const { declared, imported, exported } = readDeclarations(file)
  const text = declared.get(name)
  if (text === undefined) {
    const elsewhere = imported.get(name) ?? exported.get(name)
    if (elsewhere && !(elsewhere.file === file && elsewhere.name === name))
      follow(elsewhere, needed)
    return
  }
  const wanted = needed.get(file) ?? new Set()
  if (wanted.has(name)) return
  needed.set(file, wanted.add(name))
  for (const [word] of text.replaceAll(notReferences, '').matchAll(/[A-Za-z_$][\w$]*/g)) {
    if (declared.has(word) || imported.has(word)) follow({ file, name: word }, needed)
  }
  for (const [, path = '', inline = ''] of text.matchAll(/import\("(\.[^"]+)"\)\.([\w$]+)/g)) {
    follow({ file: resolvePath(file, path), name: inline }, needed)
  }
}

function parse(file: string): Declarations {
  const found: Declarations = { declared: new Map(), imported: new Map(), exported: new Map() }
  for (const statement of splitStatements(readFileSync(file, 'utf8'))) {
    const list = /^(import|export) (?:type )?\{([^}]*)\}(?: from ['"]([^'"]+)['"])?/.exec(statement)
    if (list) readList(found, { file, kind: list[1], names: list[2] ?? '', from: list[3] })
    else readDeclaration(found, file, statement)
  }
  return found
}

function splitStatements(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\/\/.*$/gm, '').replaceAll(/^\s*\n/gm, '')
  return code.split(/\n(?=[A-Za-z])/).map((statement) => statement.trimEnd())
}

function readDeclaration({ declared, exported }: Declarations, file: string, text: string): void {
  const head =
    /^(export )?(?:declare )?(?:abstract )?(?:const|let|var|function|class|interface|type|namespace) ([\w$]+)/
  const [, isExported, name] = head.exec(text) ?? []
  if (name === undefined) return
  const before = declared.get(name)
  const plain = text.replace(/^export /, '')
  declared.set(name, before === undefined ? plain : `${before}\n${plain}`)
  if (isExported !== undefined) exported.set(name, { file, name })
}

interface List {
  file: string
  kind: string | undefined
  names: string
  from: string | undefined
}

function readList({ imported, exported }: Declarations, { file, kind, names, from }: List): void {
  const isOutside = from !== undefined && !from.startsWith('.')
  const source = from === undefined || isOutside ? file : resolvePath(file, from)
  for (const item of names.split(',').map((name) => name.trim().replace(/^type /, ''))) {
    const [name = '', alias = name] = item.split(/\s+as\s+/)
    if (name === '') continue
    if (kind === 'export') exported.set(alias, { file: source, name })
    else if (!isOutside) imported.set(alias, { file: source, name })
  }
}

function resolvePath(file: string, path: string): string {
  const target = join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts'))
  if (!existsSync(target)) throw new Error(`${file} refers to ${path}, which is not there`)
  return target
}
