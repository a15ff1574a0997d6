/** What a platform asks of a process: whether it lives, whether it takes calls, and its figures; on a port of its own. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Middleware } from '@lutra/core'
import { createMetrics } from '../metrics.ts'
import { printSamples } from '../prometheus.ts'
import { createProcessSamples, gauge } from './process-samples.ts'
import { type Checks, createReadiness } from './readiness.ts'
import { type StopOptions, stopOn } from './stop.ts'

export interface OpsOptions {
  /** What the server needs in order to serve: `{ store: () => engine.store.get('ready') }`. One that throws makes it not ready. */
  readonly checks?: Checks
  /** More figures: `{ lutra_tasks_running: () => background.running }`. */
  readonly gauges?: Readonly<Record<string, () => number>>
  /** How many names of methods and tools are told apart. Default: 200. */
  readonly maxNames?: number
  /** Milliseconds that a check may take. Default: 2,000. */
  readonly checkTimeoutMs?: number
}

export interface Ops {
  /** Measures calls: `createServer({ middleware: [ops.middleware, …] })`. */
  readonly middleware: Middleware
  /** Answers `/healthz`, `/readyz` and `/metrics`, for a server of yours: who reaches it reads the names of your tools. */
  readonly listener: (req: IncomingMessage, res: ServerResponse) => void
  /** Answers on a port of its own, which stays between you and your platform. Over loopback unless `host` says otherwise. */
  listen(port?: number, host?: string): Promise<OpsListening>
  /** Says that this process takes no more calls: load balancers send new ones elsewhere. */
  drain(): void
  /**
   * On SIGTERM: says not ready, gives load balancers time to notice, closes what listens and then the engines, and ends the
   * process.
   */
  stopOnSignals(options: StopOptions): void
}

export interface OpsListening {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Makes the health, the readiness and the metrics of a process, and its graceful end. */
export function createOps(options: OpsOptions = {}): Ops {
  const { checks = {}, gauges = {}, checkTimeoutMs = 2000 } = options
  const metrics = createMetrics({
    now: () => performance.now(),
    ...(options.maxNames !== undefined && { maxNames: options.maxNames }),
  })
  const readiness = createReadiness(checks, checkTimeoutMs)
  const processSamples = createProcessSamples()
  let draining = false

  function printMetrics(): string {
    const own = Object.entries(gauges).map(([name, read]) =>
      gauge(name, 'Given by the server', read()),
    )
    return printSamples([...metrics.samples(), ...own, ...processSamples()])
  }

  const pages = new Map<string, () => Page | Promise<Page>>([
    ['/healthz', () => ({ status: 200, body: { alive: true } })],
    [
      '/readyz',
      async () => {
        const { ready, checks: told } = await readiness()
        const body = { ready: ready && !draining, draining, checks: told }
        return { status: body.ready ? 200 : 503, body }
      },
    ],
    ['/metrics', () => ({ status: 200, body: printMetrics() })],
  ])

  const listener: Ops['listener'] = (req, res) => {
    const [path = ''] = (req.url ?? '').split('?', 1)
    const page = req.method === 'GET' || req.method === 'HEAD' ? pages.get(path) : undefined
    const answer = async () => (page ? page() : { status: 404, body: { error: 'Not found' } })
    answer().then(
      (found) => send(res, found),
      (error: unknown) => send(res, { status: 500, body: { error: String(error) } }),
    )
  }

  return {
    middleware: metrics.middleware,
    listener,
    listen: (port = 0, host = '127.0.0.1') => listen(listener, port, host),
    drain() {
      draining = true
    },
    stopOnSignals: (how) =>
      stopOn(how, () => {
        draining = true
      }),
  }
}

interface Page {
  readonly status: number
  readonly body: string | Readonly<Record<string, unknown>>
}

function send(res: ServerResponse, { status, body }: Page): void {
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json'
  res.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  res.end(isText ? body : `${JSON.stringify(body)}\n`)
}

async function listen(
  listener: Ops['listener'],
  ...[port, host]: [number, string]
): Promise<OpsListening> {
  const http = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, listener)
  http.listen(port, host)
  await once(http, 'listening')
  const { address, family, port: own } = http.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${own}`,
    port: own,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}
