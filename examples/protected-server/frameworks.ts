/** The same server within a framework. */
import type { Bearer } from '@lutra/server/auth'
import { serveHttp } from '@lutra/server/serve-http'
import { serveNode } from '@lutra/server/serve-node'
import express from 'express'
import { Hono } from 'hono'
import { server } from './server.ts'

export function withExpress(auth: Bearer) {
  // #region express
  const app = express()
  app.all(['/mcp', ...auth.metadataPaths], serveNode(server, { auth }).listener)
  // #endregion
  return app
}

export function withHono(auth: Bearer) {
  // #region hono
  const app = new Hono()
  const mcp = serveHttp(server, { auth })
  for (const path of ['/mcp', ...auth.metadataPaths]) app.all(path, (c) => mcp(c.req.raw))
  // #endregion
  return app
}

export function withOwnSignIn(userOf: (request: Request) => string | undefined) {
  // #region own
  const app = new Hono()
  const mcp = serveHttp(server)
  app.all('/mcp', async (c) => {
    const subject = userOf(c.req.raw)
    if (!subject) return c.text('Sign in first', 401)
    return mcp(c.req.raw, { auth: { subject, scopes: ['files:read'], claims: {} } })
  })
  // #endregion
  return app
}
