import type { Command, CommandContext } from '../command.ts'
import { UnreachableError, UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { commonFlags } from '../target/flags.ts'
import { type Loaded, loadModule } from '../target/load-module.ts'
import { noMore } from '../target/no-more.ts'
import { readModule } from '../target/target.ts'
import { releaseStdout } from '../terminal/output.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Words } from '../words.ts'

/** Serves a file. */
export const serve: Command = {
  usage: ['FILE|MODULE [--http] [--port N] [--host ADDRESS] [--path PATH]', 'FILE|MODULE --stdio'],
  about: `Serves a file, or a package by its name, over HTTP or over standard input and output. It exports a server of
createServer, a handler, or { fetch }, as its default export or under the name "server". TypeScript is read by the tsx of
its project, or by Node.js 22.18 and later. Ctrl-C stops it in good order.`,
  flags: {
    http: { type: 'boolean', help: 'Over HTTP; this is the default' },
    stdio: { type: 'boolean', help: 'Over standard input and output' },
    port: { type: 'string', short: 'p', value: 'N', help: 'The port; 0 takes a free one (3000)' },
    host: { type: 'string', value: 'ADDRESS', help: 'The address to listen on (127.0.0.1)' },
    path: { type: 'string', value: 'PATH', help: 'Where the server is found (/mcp)' },
    ...commonFlags,
  },
  examples: [
    ['lutra serve server.ts', 'at http://127.0.0.1:3000/mcp'],
    ['lutra serve server.ts --port 0 --json', 'at a free port, its URL as JSON on stdout'],
    ['lutra serve @acme/shop --stdio', 'a package, for a host that starts programs'],
  ],
  run,
}

async function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const [name, ...rest] = words.plain
  if (name === undefined) throw new UsageError('Which file? lutra serve FILE')
  noMore([...rest, ...(words.command ?? [])])
  readModule(name)
  const http = readHttp(words)
  const loaded = await loadModule(name)
  if (words.on('stdio')) return serveOverStdio(loaded, name, context)
  return serveOverHttp(loaded, http, context)
}

interface HttpWords {
  readonly port: number
  readonly host: string
  readonly path: string | undefined
}

function readHttp(words: Words): HttpWords {
  const given = ['port', 'host', 'path'].find((name) => words.text(name) !== undefined)
  if (words.on('stdio') && (words.on('http') || given !== undefined)) {
    throw new UsageError(`--stdio and --${given ?? 'http'} do not go together`)
  }
  const { host = '127.0.0.1', port = '3000' } = {
    host: words.text('host'),
    port: words.text('port'),
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not ${port}`)
  }
  const path = words.text('path')
  if (path !== undefined && !path.startsWith('/')) {
    throw new UsageError(`--path begins with /, as /mcp does: ${path}`)
  }
  return { port: Number(port), host, path }
}

async function serveOverHttp(
  loaded: Loaded,
  where: HttpWords,
  { output, signal }: CommandContext,
): Promise<ExitCode> {
  const listening = await listen(loaded, where)
  const name = loaded.kind === 'handler' ? loaded.handler.info?.name : undefined
  if (output.json) output.printJson({ url: listening.url })
  else output.note(`Serving ${name ? `${safeLine(name)} ` : ''}at ${listening.url}`)
  await ended(signal)
  output.note('Stopping')
  await listening.close()
  return ExitCode.ok
}

async function listen(loaded: Loaded, { port, host, path }: HttpWords) {
  try {
    if (loaded.kind === 'fetch') {
      const { listenFetch } = await import('../serve/listen-fetch.ts')
      return await listenFetch(loaded.fetch, { port, host, path: path ?? '/mcp' })
    }
    const { serveNode } = await import('@lutra/server/serve-node')
    const options = path === undefined ? {} : { path }
    return await serveNode(loaded.handler, options).listen(port, host)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    const why = code === 'EADDRINUSE' ? 'the port is taken; choose another by --port' : message
    throw new UnreachableError(`Cannot listen on ${host}:${port}: ${why}`, { cause })
  }
}

async function serveOverStdio(
  loaded: Loaded,
  name: string,
  { output, signal }: CommandContext,
): Promise<ExitCode> {
  if (loaded.kind === 'fetch') {
    throw new UnreachableError(
      `${name} exports { fetch }, which speaks HTTP alone: export the server itself to serve it over stdio`,
    )
  }
  const { serveStdio } = await import('@lutra/server/serve-stdio')
  await output.flush()
  releaseStdout()
  await Promise.race([serveStdio(loaded.handler), ended(signal)])
  await loaded.handler.close?.()
  return ExitCode.ok
}

/** Resolves when the server is told to stop: for a server that is the good end. */
function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => resolve()
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
