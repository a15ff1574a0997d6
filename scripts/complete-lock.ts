import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-command.ts'

/**
 * Adds to `package-lock.json` the optional packages for other platforms that are named there but have no entry. npm leaves them
 * out where the registry at hand does not carry them, and `npm ci` then refuses the file, everywhere. Run it after an
 * `npm install` that changed the file; `--check` only says what is missing.
 */
interface Locked {
  version?: string
  optionalDependencies?: Record<string, string>
  [key: string]: unknown
}

const path = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> }
const added = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name, version]) => /^\d/.test(version) && !isLocked(place, name))
    .map(([name, version]) => ({ name, entry: toEntry(name, version) })),
)
for (const { name, entry } of added) lock.packages[`node_modules/${name}`] = entry
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
lock.packages = Object.fromEntries(sorted)
const check = process.argv.includes('--check')
if (added.length > 0 && !check) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
if (added.length > 0 && check) {
  console.log(`package-lock.json lacks ${added.length} entries: npx tsx scripts/complete-lock.ts`)
  process.exitCode = 1
} else console.log(`${added.length} entries added`)

// A package is found in the node_modules of the one that names it, or of any folder above.
function isLocked(place: string, name: string): boolean {
  const above = place.split(/\/?node_modules\//)
  return above.some((_, depth) => {
    const folder = above.slice(0, above.length - depth).join('/node_modules/')
    return lock.packages[`${folder}/node_modules/${name}`.replace(/^\//, '')] !== undefined
  })
}

function toEntry(name: string, version: string): Locked {
  const os = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'netbsd', 'openbsd']
  const cpu = ['arm64', 'x64', 'arm', 'ppc64', 'riscv64', 's390x', 'ia32', 'loong64']
  const words = name.split(/[/-]/)
  return {
    version,
    cpu: cpu.filter((one) => words.includes(one)),
    dev: true,
    ...(words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {}),
    ...(words.some((word) => word.startsWith('gnu')) ? { libc: ['glibc'] } : {}),
    optional: true,
    os: os.filter((one) => words.includes(one)),
  }
}
