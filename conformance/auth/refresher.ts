/** A process that calls a protected server with credentials of a file, when it is told to: `refresher.ts URL FILE`. */
import { once } from 'node:events'
import { fileCredentials } from '@lutra/client/auth-node'
import { connect } from '@lutra/client/connect'
import { visiting } from './visiting.ts'

const [url = '', path = ''] = process.argv.slice(2)
const { auth, opened } = visiting({ store: fileCredentials(path) })
process.stdout.write('ready\n')
await once(process.stdin, 'data')
await using client = await connect(url, { auth })
const { text } = await client.callTool('whoami')
process.stdout.write(`${JSON.stringify({ text, opened: opened.length })}\n`)
process.stdin.destroy()
