/** What the libraries add to a bundle: kilobytes after gzip, without schema libraries and validators. */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

/** What somebody imports of a library. */
interface Bundled {
  readonly name: string
  readonly ours: string
  readonly official: string
  /** The most kilobytes that ours may be. */
  readonly budget?: number
}

const officialServer = `export { createMcpHandler, McpServer } from '@modelcontextprotocol/server'`
const officialClient = `export { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'`

const bundles: readonly Bundled[] = [
  {
    name: 'HTTP serving of the modern era (@lutra/server/modern)',
    ours: `export * from '@lutra/server/modern'`,
    official: officialServer,
    budget: 12,
  },
  {
    name: 'client of the modern era (@lutra/client/modern)',
    ours: `export * from '@lutra/client/modern'`,
    official: officialClient,
    budget: 14,
  },
  {
    name: 'a whole server of the modern era over HTTP (createServer, tool, serveHttp)',
    ours: `export { createServer, tool } from '@lutra/server'
           export { serveHttp } from '@lutra/server/modern'`,
    official: officialServer,
  },
  {
    name: 'a whole server of both eras over HTTP (createServer, tool, serveHttp)',
    ours: `export { createServer, tool } from '@lutra/server'
           export { serveHttp } from '@lutra/server/serve-http'`,
    official: officialServer,
  },
  {
    name: 'a client of both eras over HTTP (connectHttp, createClient)',
    ours: `export { createClient } from '@lutra/client'
           export { connectHttp } from '@lutra/client/connect-http'`,
    official: officialClient,
  },
]

/** A size of ours beside the official one. */
export interface Size {
  readonly name: string
  readonly ours: number
  readonly official: number
  readonly budget?: number
}

/** Weighs every bundle. */
export async function weighAll(): Promise<readonly Size[]> {
  const sizes: Size[] = []
  for (const { ours, official, ...rest } of bundles) {
    sizes.push({ ...rest, ours: await weigh(ours), official: await weigh(official) })
  }
  return sizes
}

async function weigh(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform: 'browser',
    tsconfigRaw: {},
    plugins: [apart],
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length / 1000
}

/** Leaves out schema libraries, validators, and what the runtime brings along. */
const apart: Plugin = {
  name: 'apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:zod|node:|jose|@opentelemetry\/)|\/_shims$/ }, ({ path }) => ({
      path,
      external: true,
    }))
    onLoad({ filter: /packages\/core\/dist\/(?:json-schema\/|validate\.js$)/ }, () => ({
      contents: '',
      loader: 'js',
    }))
  },
}
