/**
 * Brings the official JSON Schema test suite to where the tests look for it. No npm package ships
 * it since draft 7, a Debian package does: it is downloaded and unpacked, not installed.
 * Elsewhere: clone json-schema-org/JSON-Schema-Test-Suite and set JSON_SCHEMA_TEST_SUITE to it.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const debianPackage = 'libtest-json-schema-acceptance-perl'
const inside = 'usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance'
const cache = fileURLToPath(
  new URL('../node_modules/.cache/json-schema-test-suite', import.meta.url),
)

const work = mkdtempSync(join(tmpdir(), 'json-schema-suite-'))
try {
  execFileSync('apt-get', ['download', debianPackage], { cwd: work, stdio: 'inherit' })
  const archive = readdirSync(work).find((name) => name.endsWith('.deb'))
  if (archive === undefined) throw new Error(`apt-get brought no archive of ${debianPackage}`)
  execFileSync('dpkg-deb', ['-x', join(work, archive), work])
  for (const part of ['tests', 'remotes']) {
    cpSync(join(work, inside, part), join(cache, part), { recursive: true })
  }
  console.log(`The JSON Schema test suite is in ${cache}`)
} finally {
  rmSync(work, { recursive: true })
}
