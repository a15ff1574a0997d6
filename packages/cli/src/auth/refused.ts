import { UnauthorizedError } from '../errors.ts'
import { safeLine } from '../terminal/safe-text.ts'

/** What an error means to a person, where it is that the server did not let them in; any other is as it was. */
export function refusedBy(server: URL, error: unknown): unknown {
  const chain = causesOf(error)
  const own = chain.find(({ name }) => name === 'UnauthorizedError')
  if (own) return own
  const login = `Sign in: lutra login ${server.href}`
  const doctor = `lutra doctor ${server.href} tells what is wrong, step by step`
  const failed = chain.find(({ name }) => name === 'AuthError') as
    | (Error & { code?: unknown })
    | undefined
  if (failed) {
    const again = failed.code === 'cancelled' || failed.code === 'interaction_required'
    const hint = again ? login : failed.code === 'token' ? `${login}\n${doctor}` : doctor
    return new UnauthorizedError(reworded(failed.message), { hint, cause: error })
  }
  const refused = chain.find((one) =>
    [401, 403].includes(Number((one as { status?: unknown }).status)),
  )
  if (!refused) return error
  const { status, wwwAuthenticate: asked, excerpt } = refused as Refusal
  const said = excerpt ? `: ${safeLine(excerpt, 300)}` : ''
  const what = status === 401 ? 'wants to know who asks' : 'does not allow this'
  const challenge = typeof asked === 'string' ? `It asks for: ${safeLine(asked, 500)}\n` : ''
  return new UnauthorizedError(`${server.href} ${what} (HTTP ${String(status)})${said}`, {
    hint: `${challenge}${login}\nOr give a token: --token TOKEN, --token @FILE or LUTRA_TOKEN\n${doctor}`,
    cause: error,
  })
}

/** What is said to programmers, for those who type. */
function reworded(message: string): string {
  return message
    .replace(/give it as `client: \{ id \}`/, 'give its id by --client-id')
    .replace(/give both as `client`/, 'give its id by --client-id')
    .replace(/give one by token\(\)/, 'give one by --token')
}

interface Refusal {
  readonly status?: unknown
  readonly wwwAuthenticate?: unknown
  readonly excerpt?: string
}

/** An error and what caused it; of several attempts, each. */
export function causesOf(error: unknown): readonly Error[] {
  const found: Error[] = []
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || found.includes(one) || found.length >= 20) return
    found.push(one)
    const { tried } = one as { tried?: unknown }
    if (Array.isArray(tried)) for (const attempt of tried) visit(attempt?.error)
    visit(one.cause)
  }
  visit(error)
  return found
}
