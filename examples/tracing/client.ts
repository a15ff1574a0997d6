import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { tracing as traceClient } from '@lutra/client/tracing'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { tracing } from '@lutra/server/tracing'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

// What a program sets up once, usually by @opentelemetry/sdk-node.
const exporter = new InMemorySpanExporter()
const spanProcessors = [new SimpleSpanProcessor(exporter)]
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }))
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())

let handedOn: string | undefined

// #region server
const look = tool({
  name: 'look_up',
  description: 'Looks something up',
  async run(_, ctx) {
    handedOn = ctx.trace.traceparent // for systems that OpenTelemetry does not reach by itself
    return trace.getTracer('shop').startActiveSpan('database', (span) => {
      span.end()
      return 'Found'
    })
  },
})

const server = createServer({
  name: 'shop',
  version: '1.0.0',
  tools: [look],
  middleware: [tracing()],
})
// #endregion
const http = await serveNode(server).listen()

// #region client
await using shop = await connect<typeof server>(http.url, { middleware: [traceClient()] })
// #endregion
await shop.tools.look_up()
await http.close()

const spans = exporter.getFinishedSpans()
const [database, serving, calling] = spans.slice(-3) // the innermost ends first
assert.ok(database && serving && calling)
for (const span of [calling, serving, database]) console.log(span.name)
assert.equal(serving.name, 'tools/call look_up')
assert.equal(serving.parentSpanContext?.spanId, calling.spanContext().spanId)
assert.equal(database.parentSpanContext?.spanId, serving.spanContext().spanId)
assert.match(handedOn ?? '', new RegExp(serving.spanContext().traceId))
