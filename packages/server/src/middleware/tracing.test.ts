import assert from 'node:assert/strict'
import { afterEach, before, test } from 'node:test'
import { tracing as clientTracing } from '@lutra/client/tracing'
import { type Call, type Handler, invalidParams, type Meta } from '@lutra/core'
import { traceCalls } from '@lutra/core/trace'
import * as api from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { tracing } from './tracing.ts'

const exporter = new InMemorySpanExporter()
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

before(() => {
  const spanProcessors = [new SimpleSpanProcessor(exporter)]
  api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }))
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()]
  api.propagation.setGlobalPropagator(new CompositePropagator({ propagators }))
})

afterEach(() => exporter.reset())

function callOf(changes: Partial<Call> = {}, meta: Partial<Meta> = {}): Call {
  return {
    method: 'tools/call',
    params: { name: 'add' },
    meta: { protocolVersion: '2026-07-28', clientCapabilities: {}, ...meta },
    signal: new AbortController().signal,
    notify() {},
    ...changes,
  }
}

const complete: Handler = async () => ({ resultType: 'complete' })

function onlySpan() {
  const [span, ...others] = exporter.getFinishedSpans()
  assert.ok(span)
  assert.deepEqual(others, [])
  return span
}

test('a call becomes a server span in the words of the conventions', async () => {
  await tracing()(complete)(callOf({ id: 7, header: () => undefined }))
  const { name, kind, attributes, status } = onlySpan()
  assert.equal(name, 'tools/call add')
  assert.equal(kind, api.SpanKind.SERVER)
  assert.deepEqual(attributes, {
    'mcp.method.name': 'tools/call',
    'mcp.protocol.version': '2026-07-28',
    'jsonrpc.request.id': '7',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'add',
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
  })
  assert.equal(status.code, api.SpanStatusCode.UNSET)
})

test('prompts and resources are named by their own attributes', async () => {
  const serve = tracing()(complete)
  await serve(callOf({ method: 'prompts/get', params: { name: 'review' } }))
  await serve(callOf({ method: 'resources/read', params: { uri: 'file:///a' } }))
  const [prompt, resource] = exporter.getFinishedSpans()
  assert.equal(prompt?.name, 'prompts/get review')
  assert.equal(prompt.attributes['gen_ai.prompt.name'], 'review')
  assert.equal(resource?.name, 'resources/read')
  assert.equal(resource.attributes['mcp.resource.uri'], 'file:///a')
})

test('the span continues the trace of the caller, and the handler that of the span', async () => {
  let inside: Call | undefined
  let active: string | undefined
  const handler: Handler = async (call) => {
    inside = call
    active = api.trace.getActiveSpan()?.spanContext().spanId
    return complete(call)
  }
  await tracing()(handler)(callOf({}, { traceparent, tracestate: 'a=1', baggage: 'user=ann' }))
  const span = onlySpan()
  const { traceId, spanId } = span.spanContext()
  assert.equal(traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(span.parentSpanContext?.spanId, 'b7ad6b7169203331')
  assert.equal(active, spanId)
  assert.equal(inside?.meta.traceparent, `00-${traceId}-${spanId}-01`)
  assert.equal(inside.meta.tracestate, 'a=1')
  assert.equal(inside.meta.baggage, 'user=ann')
})

test('what traces HTTP around the call is linked, the trace of the caller comes first', async () => {
  await api.trace.getTracer('http').startActiveSpan('POST', async (http) => {
    await tracing()(complete)(callOf({}, { traceparent }))
    http.end()
  })
  const span = exporter.getFinishedSpans().find(({ name }) => name === 'tools/call add')
  const http = exporter.getFinishedSpans().find(({ name }) => name === 'POST')
  assert.equal(span?.parentSpanContext?.spanId, 'b7ad6b7169203331')
  assert.equal(span.links[0]?.context.spanId, http?.spanContext().spanId)
})

test('a client span is the parent of the server span on the other side', async () => {
  const call = clientTracing()(tracing()(complete))
  await api.trace.getTracer('app').startActiveSpan('work', async (work) => {
    await call(callOf())
    work.end()
  })
  const [server, client, work] = exporter.getFinishedSpans()
  assert.ok(server && client && work)
  assert.equal(client.kind, api.SpanKind.CLIENT)
  assert.equal(client.parentSpanContext?.spanId, work.spanContext().spanId)
  assert.equal(server.parentSpanContext?.spanId, client.spanContext().spanId)
  assert.equal(new Set([server, client, work].map((span) => span.spanContext().traceId)).size, 1)
})

test('a failed tool, an error of the protocol and an exception are told apart', async () => {
  await tracing()(async () => ({ resultType: 'complete', isError: true }))(callOf())
  assert.equal(onlySpan().attributes['error.type'], 'tool_error')
  assert.equal(onlySpan().status.code, api.SpanStatusCode.ERROR)
  exporter.reset()

  const refuse: Handler = async () => {
    throw invalidParams('Unknown tool: add')
  }
  await assert.rejects(tracing()(refuse)(callOf()), { code: -32602 })
  assert.equal(onlySpan().attributes['error.type'], '-32602')
  assert.equal(onlySpan().attributes['rpc.response.status_code'], '-32602')
  assert.deepEqual(onlySpan().status, { code: 2, message: 'Unknown tool: add' })
  exporter.reset()

  const crash: Handler = async () => {
    throw new RangeError('boom')
  }
  await assert.rejects(tracing()(crash)(callOf()), RangeError)
  assert.equal(onlySpan().attributes['error.type'], 'RangeError')
  assert.equal(onlySpan().events[0]?.attributes?.['exception.message'], 'boom')
})

test('names that a caller makes up do not name spans', async () => {
  const refuse: Handler = async () => {
    throw invalidParams('Unknown tool')
  }
  await tracing()(refuse)(callOf({ params: { name: 'x'.repeat(9999) } })).catch(() => {})
  assert.equal(onlySpan().name, 'tools/call')
  assert.equal(String(onlySpan().attributes['gen_ai.tool.name']).length, 128)
  exporter.reset()
  await tracing()(complete)(callOf({ method: 'made/up', params: { name: 7 } }))
  assert.equal(onlySpan().name, 'unknown method')
})

test('attributes can be added', async () => {
  await tracing({ attributes: () => ({ 'app.tenant': 't1' }) })(complete)(callOf())
  assert.equal(onlySpan().attributes['app.tenant'], 't1')
})

test('the module can be given, and is then not looked for', async () => {
  const never = () => Promise.reject(new Error('looked for'))
  await traceCalls('server', never, { api })(complete)(callOf())
  assert.equal(onlySpan().name, 'tools/call add')
})

test('without the module calls pass as they are, and it is looked for once', async () => {
  let looked = 0
  const absent = async () => {
    looked++
    throw new Error('not installed')
  }
  const seen: Call[] = []
  const traced = traceCalls(
    'server',
    absent,
  )(async (call) => {
    seen.push(call)
    return complete(call)
  })
  const call = callOf({}, { traceparent, baggage: 'a=1' })
  await Promise.all([traced(call), traced(call)])
  await traced(call)
  assert.equal(looked, 1)
  assert.ok(seen.length === 3 && seen.every((one) => one === call))
  assert.deepEqual(exporter.getFinishedSpans(), [])
})
