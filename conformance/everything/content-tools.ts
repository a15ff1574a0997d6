import { setTimeout as pause } from 'node:timers/promises'
import { audio, embed, image, ToolError, text, tool } from '@lutra/server'
import { focalSchema } from './focal-schema.ts'
import { redPixel, silence } from './media.ts'

/** Milliseconds after which the server of these tools has pollers come again. */
export const streamOpenMs = 400

const embedded = {
  uri: 'test://embedded-resource',
  mimeType: 'text/plain',
  text: 'This is an embedded resource content.',
}

const mixed = {
  uri: 'test://mixed-content-resource',
  mimeType: 'application/json',
  text: JSON.stringify({ test: 'data', value: 123 }),
}

/** Tools that answer by themselves: each kind of content, errors, progress, logging, headers, schemas. */
export const contentTools = [
  tool({
    name: 'test_simple_text',
    description: 'Answers with text',
    run: () => 'This is a simple text response for testing.',
  }),
  tool({
    name: 'test_image_content',
    description: 'Answers with a picture',
    run: () => image(redPixel, 'image/png'),
  }),
  tool({
    name: 'test_audio_content',
    description: 'Answers with sound',
    run: () => audio(silence, 'audio/wav'),
  }),
  tool({
    name: 'test_embedded_resource',
    description: 'Answers with a resource',
    run: () => embed(embedded),
  }),
  tool({
    name: 'test_multiple_content_types',
    description: 'Answers with text, a picture and a resource',
    run: () => [text('Multiple content types test:'), image(redPixel, 'image/png'), embed(mixed)],
  }),
  tool({
    name: 'test_error_handling',
    description: 'Always fails',
    run: () => {
      throw new ToolError('This tool intentionally returns an error for testing')
    },
  }),
  tool({
    name: 'test_tool_with_progress',
    description: 'Reports progress three times',
    async run(_, ctx) {
      for (const done of [0, 50, 100]) {
        ctx.progress(done, 100, `Completed step ${done} of 100`)
        await pause(50)
      }
      return String(ctx.meta.progressToken ?? 'no token')
    },
  }),
  tool({
    name: 'test_tool_with_logging',
    description: 'Logs three times',
    async run(_, ctx) {
      for (const line of ['execution started', 'processing data', 'execution completed']) {
        ctx.log.info(`Tool ${line}`)
        await pause(50)
      }
      return 'Tool with logging executed successfully'
    },
  }),
  tool({
    name: 'test_logging_tool',
    description: 'Logs once, where the caller wants logs',
    run(_, ctx) {
      ctx.log.info('Logging evaluated')
      return 'Logging evaluated'
    },
  }),
  tool({
    name: 'test_streaming_elicitation',
    description: 'Reports progress, then asks nothing',
    run(_, ctx) {
      ctx.progress(50, 100)
      return 'Streaming complete'
    },
  }),
  tool({
    name: 'test_reconnection',
    description: 'Takes longer than an event stream of 2025-11-25 stays open',
    run: () => pause(2 * streamOpenMs, 'Reconnection test completed successfully'),
  }),
  tool({
    name: 'json_schema_2020_12_tool',
    description: 'Takes a schema that uses much of JSON Schema 2020-12',
    input: focalSchema,
    run: (args) => JSON.stringify(args),
  }),
  tool({
    name: 'test_custom_header',
    description: 'Takes parameters that HTTP headers mirror',
    input: {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        priority: { type: 'integer', 'x-mcp-header': 'Priority' },
        verbose: { type: 'boolean', 'x-mcp-header': 'Verbose' },
        query: { type: 'string' },
      },
      required: ['region'],
    },
    run: (args) => JSON.stringify(args),
  }),
]
