import { memoryCredentials, type RedirectWayIn, redirect } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'

const users = new Map<string, { auth: RedirectWayIn; state?: string }>()

/** A web application whose users have notes elsewhere: each of them signs in for themselves. */
export async function app(request: Request, { notes, home }: { notes: string; home: string }) {
  const url = new URL(request.url)
  // #region web
  const user = request.headers.get('x-user') ?? 'nobody' // your session says who this is
  const session = users.get(user) ?? {
    auth: redirect({
      redirectUri: `${home}/callback`,
      name: 'Tea timer',
      store: memoryCredentials(), // of this user alone: storeCredentials(store) in a real application
    }),
  }
  users.set(user, session)

  if (url.pathname === '/connect') {
    const begun = await session.auth.begin(notes)
    if (!begun) return Response.redirect(`${home}/notes`)
    session.state = begun.state
    return Response.redirect(begun.url)
  }
  if (url.pathname === '/callback') {
    const { state = '' } = session
    await session.auth.finish(url, { state })
    return Response.redirect(`${home}/notes`)
  }
  await using client = await connect(notes, { auth: session.auth })
  const { text } = await client.callTool('whoami')
  return new Response(text)
  // #endregion
}
