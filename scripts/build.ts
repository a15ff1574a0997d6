import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { joined, joinModules } from './join-modules.ts'
import { root, runCommand } from './run-command.ts'
import { type Package, readPackages } from './workspace.ts'

/**
 * Builds every package to its `dist`, in order of dependency and only what has changed. The compiler does it: what is published is
 * what is read, and for Node.js the same once more in fewer files. Each package compiles its web-neutral sources without the types
 * of Node.js, so a build that passes is also the proof that the platform boundary holds.
 */
export async function build(): Promise<{ code: number; output: string }> {
  const packages = readPackages()
  await Promise.all(packages.map(dropStale))
  const projects = packages.map(({ folder }) => `${folder}/tsconfig.build.json`)
  const done = await runCommand(['tsc', '-b', ...projects])
  // What cannot be compiled need not be joined, and says so once.
  if (done.code === 0) {
    await Promise.all(packages.map((one) => joinModules(one, { packages })))
  }
  return done
}

// The compiler never removes an output, and a file whose source has gone would still be published.
async function dropStale({ folder }: Package): Promise<void> {
  const dist = join(root, folder, 'dist')
  if (!existsSync(dist)) return
  const outputs = await readdir(dist, { recursive: true })
  const stale = outputs.filter((path) => {
    const stem = /^(.+?)(?:\.d\.ts\.map|\.d\.ts|\.js)$/.exec(path)?.[1]
    if (path.startsWith(joined)) return false
    return stem !== undefined && !existsSync(join(root, folder, 'src', `${stem}.ts`))
  })
  await Promise.all(stale.map((path) => rm(join(dist, path))))
}

if (import.meta.filename === process.argv[1]) {
  const { code, output } = await build()
  process.stdout.write(output)
  process.exitCode = code
}
