import type { ContentBlock, Result } from '@lutra/core'
import { ExitCode } from '../exit-code.ts'
import type { Output } from '../terminal/output.ts'
import { contentText } from './content.ts'

/** Prints what a tool gave, and says how a command that called it ends. */
export function printToolResult(raw: Result, output: Output): ExitCode {
  const { content, structuredContent, isError } = raw
  const blocks = Array.isArray(content) ? (content as ContentBlock[]) : []
  if (output.json) output.printJson(raw)
  else if (blocks.length > 0) output.print(blocks.map(contentText).join('\n'))
  else if (Object.hasOwn(raw, 'structuredContent')) {
    output.print(JSON.stringify(structuredContent, null, 2))
  }
  return isError === true ? ExitCode.toolFailed : ExitCode.ok
}
