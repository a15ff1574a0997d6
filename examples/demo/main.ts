import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { serveNode } from '@lutra/server/serve-node'
import { createFerry } from './ferry.ts'
import { walk } from './walk.ts'

const keep = process.argv.includes('--keep')
const started = performance.now()

const http = await serveNode(createFerry()).listen(keep ? 3000 : 0)
say('bold', `A server is up at ${http.url}, and another will be started over stdio.\n`)

const process_ = {
  command: process.execPath,
  args: ['--import', 'tsx', fileURLToPath(new URL('stdio.ts', import.meta.url))],
}
for (const [wire, target] of [
  ['HTTP', http.url],
  ['stdio', process_],
] as const) {
  for (const era of ['modern', 'legacy'] as const) {
    say('cyan', `A ${era} client over ${wire}`)
    await walk(target, era, (what, heard) => console.log(`  ${what.padEnd(30)}${heard ?? ''}`))
    console.log()
  }
}

const seconds = ((performance.now() - started) / 1000).toFixed(1)
say(
  'green',
  `Two servers, four clients, one server file (examples/demo/ferry.ts), in ${seconds} s.`,
)
if (keep) console.log(`Still serving at ${http.url}; stop with Ctrl-C.`)
else await http.close()

function say(style: 'bold' | 'cyan' | 'green', text: string): void {
  const colour = process.stdout.isTTY && !process.env['NO_COLOR']
  console.log(colour ? styleText(style, text) : text)
}
