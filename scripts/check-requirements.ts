import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findGaps, type Requirement, readCitations } from './requirements.ts'
import { root } from './run-command.ts'

/** Holds the manifest of requirements against the titles of all tests: each MUST needs a test, each id an entry. */
const manifest = 'conformance/requirements'
const requirements = listFiles(manifest, '.json').flatMap(
  (path) => JSON.parse(readText(path)) as Requirement[],
)
const tests = ['packages', 'conformance', 'scripts'].flatMap((folder) =>
  listFiles(folder, '.test.ts'),
)
// The tests of this gate cite ids that nobody has.
const citations = tests
  .filter((path) => !path.endsWith('check-requirements.test.ts'))
  .flatMap((path) => readCitations(path, readText(path)))

const gaps = findGaps(requirements, citations)
for (const gap of gaps) console.log(gap)
const musts = requirements.filter(({ force }) => force === undefined).length
console.log(
  `${requirements.length} requirements, ${musts} of them MUST; ${citations.length} citations in ${tests.length} files; ${gaps.length} gaps`,
)
process.exitCode = gaps.length > 0 || musts === 0 ? 1 : 0

function listFiles(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => `${folder}/${path}`)
}

function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
