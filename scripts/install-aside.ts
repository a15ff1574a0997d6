import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root, runCommand } from './run-command.ts'

/**
 * Installs a package that the workspace itself must not hold, once, into an ignored folder, and returns the path of one of
 * its files. For what is heavy, or would shadow something of the machine's own.
 */
export async function installAside(
  spec: string,
  options: { home: string; file: string; flags?: readonly string[] },
): Promise<string> {
  const home = join(root, '.tmp', options.home)
  const file = join(home, 'node_modules', options.file)
  if (!existsSync(file)) await install(spec, home, options.flags ?? [])
  if (!existsSync(file)) throw new Error(`${spec} holds no ${file}`)
  return file
}

// Two scripts may want the same at once: each installs aside, and the first to rename wins.
async function install(spec: string, home: string, flags: readonly string[]): Promise<void> {
  await mkdir(dirname(home), { recursive: true })
  const aside = await mkdtemp(`${home}-`)
  try {
    const done = await runCommand(
      ['npm', 'install', '--prefix', aside, '--no-save', '--no-bin-links', ...flags, spec],
      { timeoutMs: 180_000 },
    )
    if (done.code !== 0) throw new Error(`npm install ${spec} failed:\n${done.output}`)
    await rename(aside, home).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
