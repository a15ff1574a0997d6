/** Figures of calls, in the words of OpenTelemetry's conventions for MCP. See https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md */
import { type Call, ErrorCode, type Middleware, methods, RpcError } from '@lutra/core'
import { createHistogram, type Labels, type Sample } from './prometheus.ts'

export interface Metrics {
  /** Measures every call; the first of a server's middleware, so that all of a call is measured. */
  readonly middleware: Middleware
  samples(): readonly Sample[]
}

export interface MetricsOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** How many names of methods and tools are told apart; all others are `other`. */
  readonly maxNames?: number
}

export function createMetrics({ now, maxNames = 200 }: MetricsOptions): Metrics {
  const durations = createHistogram('mcp_server_operation_duration_seconds', {
    help: 'Duration of the calls that this server has answered, open subscriptions apart',
    bounds: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
    // Each tool may fail in several ways.
    maxSeries: maxNames * 8,
  })
  const labels = createLabels(maxNames)
  let calls = 0
  let subscriptions = 0

  return {
    middleware: (next) => async (call) => {
      if (call.method === 'subscriptions/listen') {
        subscriptions += 1
        return next(call).finally(() => {
          subscriptions -= 1
        })
      }
      const began = now()
      calls += 1
      let failure: Failure | undefined
      try {
        const result = await next(call)
        if (call.method === 'tools/call' && result['isError'] === true) failure = toolError
        return result
      } catch (error) {
        failure = failureOf(error)
        throw error
      } finally {
        calls -= 1
        durations.record(labels.of(call, failure), (now() - began) / 1000)
      }
    },
    samples: () => [
      ...durations.samples(),
      {
        name: 'mcp_server_active_requests',
        type: 'gauge',
        help: 'Calls under way, open subscriptions apart',
        values: [{ value: calls }],
      },
      {
        name: 'mcp_server_open_subscriptions',
        type: 'gauge',
        help: 'Calls of subscriptions/listen that are open',
        values: [{ value: subscriptions }],
      },
    ],
  }
}

interface Failure {
  readonly type: string
  readonly code?: number
}

const toolError: Failure = { type: 'tool_error' }

function failureOf(error: unknown): Failure {
  if (error instanceof RpcError) return { type: String(error.code), code: error.code }
  return { type: error instanceof Error ? error.name : typeof error }
}

/** Names that callers make up are not told apart: a name counts once a call with it was more than refused for its name. */
function createLabels(maxNames: number) {
  const known = new Set<string>(methods.keys())
  const limit = known.size + maxNames

  function nameOf(kind: string, name: unknown, refused: boolean): string {
    const key = `${kind}${String(name)}`
    if (typeof name !== 'string' || name.length > 128) return 'other'
    if (!known.has(key) && (refused || known.size >= limit)) return 'other'
    known.add(key)
    return name
  }

  return {
    of({ method, params }: Call, failure: Failure | undefined): Labels {
      const isTool = method === 'tools/call'
      return {
        mcp_method_name: nameOf('', method, failure?.code === ErrorCode.methodNotFound),
        ...(isTool && {
          gen_ai_tool_name: nameOf(
            'tool ',
            params['name'],
            failure?.code === ErrorCode.invalidParams,
          ),
        }),
        ...(failure && { error_type: failure.type }),
      }
    },
  }
}
