/** The official suite's scenarios for authorization servers, with somebody who answers the consent page. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthServer, development } from '@lutra/auth-server'
import { createMemoryStore } from '@lutra/core'
import { freePort } from '../../scripts/free-port.ts'
import { nodeRuntime } from '../../scripts/node-runtime.ts'
import { root, runCommand } from '../../scripts/run-command.ts'
import { type Outcome, readResults } from './results.ts'

const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')
const resource = 'https://mcp.example.com/mcp'

/** Runs the scenarios of one revision against a server of ours that starts for it. */
export async function runAuthorizationServer(revision: string): Promise<Outcome[]> {
  const [port, callbackPort] = [await freePort(), await freePort()]
  const issuer = `http://127.0.0.1:${port}`
  const auth = createAuthServer({
    issuer,
    store: createMemoryStore(),
    resources: [resource],
    signIn: development(),
    clients: [
      { id: 'suite', name: 'The official suite', redirectUris: ['http://127.0.0.1/callback'] },
    ],
  })
  await auth.listen(port)
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  try {
    const answer = answerOnce(issuer)
    const { output } = await runCommand(
      [
        await nodeRuntime(24),
        suite,
        'authorization',
        ...['--url', issuer, '--client-id', 'suite', '--resource', resource],
        ...['--port', String(callbackPort), '--spec-version', revision, '--output-dir', folder],
      ],
      { timeoutMs: 60_000, onOutput: answer.hear },
    )
    await answer.done()
    const outcomes = await readResults(folder)
    if (outcomes.length === 0) throw new Error(`The official suite ran nothing:\n${output}`)
    return outcomes
  } finally {
    await rm(folder, { recursive: true, force: true })
    await auth.close()
  }
}

/** Reads the address that the suite asks its user to open, and is that user. */
function answerOnce(issuer: string) {
  let heard = ''
  let answered: Promise<void> | undefined
  return {
    hear(text: string): void {
      heard += text
      const url = heard
        .split('\n')
        .find((line) => line.startsWith(`${issuer}/authorize?`) && heard.includes(`${line}\n`))
      if (url) answered ??= consent(url)
    },
    done: async () => answered,
  }
}

/** Opens the page, says yes, and follows the redirects to the suite: a browser's part, with its cookies. */
async function consent(url: string): Promise<void> {
  const cookies = new Map<string, string>()
  const send = async (to: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(to, { ...init, redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return response
  }
  const page = new URL((await send(url)).headers.get('location') ?? '', url).href
  const token = /name="token" value="([^"]*)"/.exec(await (await send(page)).text())?.[1] ?? ''
  const body = new URLSearchParams({ token, decision: 'allow test-user' })
  let response = await send(page, { method: 'POST', body })
  for (let to = response.headers.get('location'); to; to = response.headers.get('location'))
    response = await send(new URL(to, url).href)
}
