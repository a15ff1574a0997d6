/**
 * Spans of calls, in the words of OpenTelemetry's conventions for MCP, and the W3C Trace Context that travels in `_meta`.
 * See https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md
 */
import { type Call, type Handler, type Middleware, type Result, withCall } from './call.ts'
import { ErrorCode, RpcError } from './error.ts'
import type { Meta } from './meta.ts'
import { methods } from './method.ts'

/** The part of `@opentelemetry/api` that spans are made with: pass the module itself. */
export interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string): Tracer
    getSpanContext(context: TraceContext): SpanContext | undefined
    setSpan(context: TraceContext, span: Span): TraceContext
  }
  readonly context: {
    active(): TraceContext
    with<T>(context: TraceContext, work: () => T): T
  }
  readonly propagation: {
    inject(context: TraceContext, carrier: Carrier): void
    extract(context: TraceContext, carrier: Carrier): TraceContext
  }
}

export interface TracingOptions {
  /** The module `@opentelemetry/api`. Default: it is imported on the first call, and where that fails nothing is traced. */
  readonly api?: OpenTelemetry
  /** What else to say of a call, such as the name of a tenant. Never secrets. */
  readonly attributes?:
    | ((call: Call) => Readonly<Record<string, string | number | boolean>>)
    | undefined
}

/** Makes the middleware that traces calls, on the side that takes them or on the side that makes them. */
export function traceCalls(
  side: Side,
  load: () => Promise<OpenTelemetry | undefined>,
  { api, attributes }: TracingOptions = {},
): Middleware {
  // Null: nobody has looked yet.
  let known: OpenTelemetry | undefined | null = api ?? null
  let looking: Promise<void> | undefined
  const look = async () => {
    known = await load().catch(() => undefined)
  }
  return (next) =>
    function traced(call): Promise<Result> {
      if (known === undefined) return next(call)
      if (known) return trace(known, { call, side, attributes }, next)
      looking ??= look()
      return looking.then(() => traced(call))
    }
}

type Side = 'server' | 'client'

interface Job extends Pick<TracingOptions, 'attributes'> {
  readonly call: Call
  readonly side: Side
}

async function trace(api: OpenTelemetry, job: Job, next: Handler): Promise<Result> {
  return finish(api, begin(api, job), next)
}

interface Begun {
  readonly span: Span
  readonly context: TraceContext
  readonly call: Call
}

function begin(api: OpenTelemetry, { call, side, attributes }: Job): Begun {
  const ambient = api.context.active()
  const parent =
    side === 'server' ? api.propagation.extract(ambient, carrierOf(call.meta)) : ambient
  const kind = side === 'server' ? 1 : 2
  const told = { ...attributesOf(call), ...attributes?.(call) }
  const span = api.trace
    .getTracer('lutra')
    .startSpan(
      nameOf(call),
      { kind, attributes: told, links: linksTo(api, ambient, parent) },
      parent,
    )
  const context = api.trace.setSpan(parent, span)
  return { span, context, call: withCall(call, { meta: metaWith(api, context, call.meta) }) }
}

async function finish(
  api: OpenTelemetry,
  { span, context, call }: Begun,
  next: Handler,
): Promise<Result> {
  try {
    const result = await api.context.with(context, () => next(call))
    if (call.method === 'tools/call' && result['isError'] === true) fail(span, 'tool_error')
    return result
  } catch (error) {
    failWith(span, call, error)
    throw error
  } finally {
    span.end()
  }
}

// A caller may name what it likes: what nobody knows is an attribute at most, never the name of a span.
function nameOf({ method, params }: Call): string {
  if (!methods.has(method)) return 'unknown method'
  const target = method === 'tools/call' || method === 'prompts/get' ? params['name'] : undefined
  return typeof target === 'string' ? `${method} ${clip(target)}` : method
}

function attributesOf({ id, method, params, meta, header }: Call): Attributes {
  const { name, uri } = params
  return {
    'mcp.method.name': clip(method),
    'mcp.protocol.version': clip(meta.protocolVersion),
    ...(id !== undefined && { 'jsonrpc.request.id': clip(String(id)) }),
    ...(method === 'tools/call' && { 'gen_ai.operation.name': 'execute_tool' }),
    ...(method === 'tools/call' && typeof name === 'string' && { 'gen_ai.tool.name': clip(name) }),
    ...(method === 'prompts/get' &&
      typeof name === 'string' && { 'gen_ai.prompt.name': clip(name) }),
    ...(typeof uri === 'string' && { 'mcp.resource.uri': clip(uri) }),
    ...(header && { 'network.transport': 'tcp', 'network.protocol.name': 'http' }),
  }
}

function failWith(span: Span, { method }: Call, error: unknown): void {
  if (!(error instanceof RpcError)) {
    if (error instanceof Error) span.recordException(error)
    fail(span, error instanceof Error ? error.name : typeof error)
    return
  }
  const { code, message } = error
  span.setAttribute('rpc.response.status_code', String(code))
  if (code === ErrorCode.invalidParams)
    span.updateName(methods.has(method) ? method : 'unknown method')
  fail(span, String(code), message)
}

function fail(span: Span, type: string, message?: string): void {
  span.setAttribute('error.type', type)
  span.setStatus(message === undefined ? { code: 2 } : { code: 2, message })
}

// A call that came in over HTTP may already be part of what traces HTTP; the caller's own trace comes first.
function linksTo(api: OpenTelemetry, ambient: TraceContext, parent: TraceContext): Link[] {
  const around = api.trace.getSpanContext(ambient)
  const given = api.trace.getSpanContext(parent)
  return around && around.spanId !== given?.spanId ? [{ context: around }] : []
}

function carrierOf({ traceparent, tracestate, baggage }: Meta): Carrier {
  return {
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  }
}

/** What goes on from here belongs to the new span; without a propagator, what came stays. */
function metaWith(api: OpenTelemetry, context: TraceContext, meta: Meta): Meta {
  const carrier: Carrier = {}
  api.propagation.inject(context, carrier)
  const { traceparent, tracestate, baggage } = carrier
  if (traceparent === undefined) return baggage === undefined ? meta : { ...meta, baggage }
  const { tracestate: _, ...rest } = meta
  return {
    ...rest,
    traceparent,
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  }
}

function clip(text: string): string {
  return text.length > 128 ? `${text.slice(0, 127)}…` : text
}

type Carrier = { traceparent?: string; tracestate?: string; baggage?: string }
type Attributes = Record<string, string | number | boolean>

// Only the library that made it looks inside.
interface TraceContext {
  getValue(key: symbol): unknown
  setValue(key: symbol, value: unknown): TraceContext
  deleteValue(key: symbol): TraceContext
}

interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

interface Link {
  readonly context: SpanContext
}

interface Tracer {
  startSpan(
    name: string,
    options: { kind: number; attributes: Attributes; links: Link[] },
    context: TraceContext,
  ): Span
}

interface Span {
  setAttribute(name: string, value: string): unknown
  setStatus(status: { code: number; message?: string }): unknown
  updateName(name: string): unknown
  recordException(error: Error): void
  end(): void
}
