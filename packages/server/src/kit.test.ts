import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '@lutra/core'
import { createServer, kit, prompt, resource, ToolError, tool } from '@lutra/server'
import { z } from 'zod'
import { ask, callOf, callTool } from '../test/calls.ts'

test('what middleware adds is there for the next one and for the handler', async () => {
  const steps: string[] = []
  const authed = kit({ db: 'db' })
    .use(async ({ ctx, feature, next }) => {
      steps.push(
        `1 ${feature.kind} ${feature.name} ${feature.scopes} ${feature.tags} ${ctx.vars.db}`,
      )
      const gone = await next({ user: 'ada' })
      steps.push('1 after')
      return gone
    })
    .use(({ ctx, next }) => {
      steps.push(`2 ${ctx.vars.user}`)
      return next({ plan: `${ctx.vars.user} pro` })
    })
  const server = createServer({
    name: 'test',
    version: '1',
    tools: [
      authed.tool({
        name: 't',
        description: 'x',
        scopes: ['a', 'b'],
        tags: ['c'],
        run: (_args, { vars }) => {
          steps.push('run')
          return { ...vars }
        },
      }),
    ],
    prompts: [authed.prompt({ name: 'p', render: (_args, { vars }) => vars.plan })],
    resources: [
      authed.resource({
        uri: 'a://{id}',
        read: ({ id }, { vars }) => `${id} ${vars.plan}`,
        list: ({ vars }) => [{ uri: `a://${vars.user}` }],
      }),
    ],
  })
  const { structuredContent } = await callTool(server, 't')
  assert.deepEqual(structuredContent, { db: 'db', user: 'ada', plan: 'ada pro' })
  assert.deepEqual(steps, ['1 tool t a,b c db', '2 ada', 'run', '1 after'])
  assert.match(JSON.stringify(await ask(server, 'prompts/get', { name: 'p' })), /ada pro/)
  assert.match(JSON.stringify(await ask(server, 'resources/read', { uri: 'a://7' })), /7 ada pro/)
  assert.match(JSON.stringify(await ask(server, 'resources/list')), /a:\/\/ada/)
})

test('a middleware that throws refuses the call', async () => {
  const refusing = (reason: unknown) =>
    createServer({
      name: 'test',
      version: '1',
      onError() {},
      tools: [
        kit()
          .use(async ({ next }) => {
            if (reason) throw reason
            return next()
          })
          .tool({ name: 't', description: 'x', run: () => assert.fail('must not run') }),
      ],
    })
  const denied = new RpcError('Denied', { code: 7 })
  await assert.rejects(callTool(refusing(denied), 't'), denied)
  await assert.rejects(callTool(refusing(new Error('secret')), 't'), /Internal error/)
  const told = await callTool(refusing(new ToolError('Log in first')), 't')
  assert.deepEqual(
    [told['isError'], told['content']],
    [true, [{ type: 'text', text: 'Log in first' }]],
  )
})

test('vars of one call are not those of another', async () => {
  let count = 0
  const counting = kit().use(({ next }) => next({ seen: ++count }))
  const server = createServer({
    name: 'test',
    version: '1',
    tools: [
      counting.tool({ name: 't', description: 'x', run: (_args, { vars }) => ({ ...vars }) }),
    ],
  })
  const results = await Promise.all([callTool(server, 't'), callTool(server, 't')])
  assert.deepEqual(
    results.map((result) => result['structuredContent']),
    [{ seen: 1 }, { seen: 2 }],
  )
})

test('a middleware may ask, and is answered before the handler runs', async () => {
  const sure = kit().use(async ({ ctx, next }) => {
    const answer = await ctx.ask('sure', 'Sure?', z.object({ sure: z.boolean() }))
    if (answer.action !== 'accept' || !answer.content.sure) throw new ToolError('Not sure')
    return next()
  })
  const server = createServer({
    name: 'test',
    version: '1',
    tools: [sure.tool({ name: 't', description: 'x', run: () => 'done' })],
  })
  const able = { meta: { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } } }
  const { requestState } = await server(callOf('tools/call', { name: 't' }, able))
  const answered = (yes: boolean) =>
    server(
      callOf(
        'tools/call',
        {
          name: 't',
          requestState,
          inputResponses: { sure: { action: 'accept', content: { sure: yes } } },
        },
        able,
      ),
    )
  assert.deepEqual((await answered(true))['content'], [{ type: 'text', text: 'done' }])
  assert.deepEqual((await answered(false))['content'], [{ type: 'text', text: 'Not sure' }])
})

test('definitions of a kit and without one stand side by side', async () => {
  const bare = [
    tool({ name: 'a', description: 'x', run: () => 'a' }),
    kit().tool({ name: 'b', description: 'x', run: () => 'b' }),
  ]
  const server = createServer({
    name: 'test',
    version: '1',
    tools: bare,
    prompts: { one: prompt({ name: 'p', render: () => 'p' }) },
    resources: { one: resource({ uri: 'a://b', read: () => 'r' }) },
  })
  assert.deepEqual((await callTool(server, 'b'))['content'], [{ type: 'text', text: 'b' }])
  assert.ok(await ask(server, 'prompts/get', { name: 'p' }))
  assert.ok(await ask(server, 'resources/read', { uri: 'a://b' }))
})
