import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type Change, type Client, type LogEntry, ToolCallError } from '@lutra/client'
import type { ConnectAnyOptions } from '@lutra/client/connect'
import { createMemoryStore, RpcError } from '@lutra/core'
import { note } from './official-server.ts'

/** What a server may be unable to do: one without sessions can neither ask nor announce in the older revisions. */
export type Need = 'asking' | 'announcing' | 'cancelling' | 'streaming'

type Walk = (client: Client, era: 'modern' | 'legacy') => Promise<void>

/** Options of a client that answers everything. */
export const answering = (): ConnectAnyOptions => ({
  store: createMemoryStore(),
  onWarning() {},
  answer: {
    elicit: () => ({ action: 'accept', content: { name: 'Ada' } }),
    elicitUrl: () => ({ action: 'accept' }),
    sample: () => ({
      role: 'assistant',
      model: 'none',
      content: { type: 'text', text: 'sampled words' },
    }),
    roots: [{ uri: 'file:///tmp' }],
  },
})

/** What our client can do with a server on an official SDK, over every wire. */
export const officialWalks: Record<string, { readonly needs?: Need; readonly walk: Walk }> = {
  'it says what it is': {
    async walk({ connection, server }, era) {
      assert.equal(connection.era, era)
      assert.equal(connection.protocolVersion, era === 'modern' ? '2026-07-28' : '2025-11-25')
      assert.match(server.serverInfo?.name ?? '', /^official-/)
      assert.equal(server.instructions, 'Be kind')
    },
  },

  'tools are listed and called': {
    async walk(client) {
      const names = (await client.listTools()).map(({ name }) => name)
      assert.ok(names.includes('sum') && names.length > 10)
      assert.deepEqual((await client.call('sum', { a: 1, b: 2 })).data, { total: 3 })
      assert.equal((await client.callTool('sum', { a: 'x' })).isError, true)
      await assert.rejects(client.call('boom'), ToolCallError)
    },
  },

  'errors are told apart': {
    async walk(client) {
      const refused = (error: unknown) => error instanceof RpcError && error.code === -32602
      await assert.rejects(client.readResource('note://none'), refused)
      await assert.rejects(client.getPrompt('none'), refused)
      // The SDK 1.x answers a call of an unknown tool with a result that says so, not with an error.
      if (client.server.serverInfo?.name === 'official-1') {
        assert.equal((await client.callTool('none')).isError, true)
      } else await assert.rejects(client.callTool('none'), refused)
    },
  },

  'progress is told in order': {
    needs: 'streaming',
    async walk(client) {
      const told: number[] = []
      await client.call('count', {}, { onProgress: ({ progress }) => told.push(progress) })
      assert.deepEqual(told, [1, 2, 3])
    },
  },

  'logs come to who wants them': {
    needs: 'streaming',
    async walk(client) {
      const entries: LogEntry[] = []
      await client.call('log', {}, { logLevel: 'info', onLog: (entry) => entries.push(entry) })
      assert.deepEqual(entries, [{ level: 'info', data: 'logged' }])
    },
  },

  'a call that is given up ends at the server': {
    needs: 'cancelling',
    async walk(client) {
      const count = async (name: string) => Number((await client.call(name)).text)
      const [begun, before] = [await count('begun'), await count('given_up')]
      const giving = new AbortController()
      const rejected = assert.rejects(client.call('hang', {}, { signal: giving.signal }))
      while ((await count('begun')) === begun) await pause(5)
      // Servers on the SDKs may not notice who leaves before their response has begun.
      await pause(50)
      giving.abort()
      await rejected
      let after = before
      for (let tries = 0; tries < 500 && after === before; tries++) {
        await pause(5)
        after = await count('given_up')
      }
      assert.equal(after, before + 1)
    },
  },

  'its questions are answered': {
    needs: 'asking',
    async walk(client) {
      assert.equal((await client.call('ask')).text, 'accept Ada')
      assert.equal((await client.call('visit')).text, 'accept')
      assert.match((await client.call('sample')).text, /sampled words/)
      assert.equal((await client.call('roots')).text, 'file:///tmp')
    },
  },

  'resources and templates are read': {
    async walk(client) {
      assert.deepEqual(
        (await client.listResources()).map(({ uri }) => uri),
        [note.uri],
      )
      const templates = await client.listResourceTemplates()
      assert.deepEqual(
        templates.map(({ uriTemplate }) => uriTemplate),
        ['city://{country}/{city}'],
      )
      assert.equal((await client.readResource(note.uri)).text, note.text)
      assert.equal((await client.readResource('city://ch/Bern')).text, 'Bern in ch')
    },
  },

  'prompts are rendered': {
    async walk(client) {
      assert.equal((await client.listPrompts()).length, 1)
      assert.equal((await client.getPrompt('review', { language: 'go' })).text, 'Review go')
    },
  },

  'arguments are completed': {
    async walk(client) {
      const completed = async (
        ref: Parameters<typeof client.complete>[0]['ref'],
        argument: string[],
      ) => {
        const [name = '', value = ''] = argument
        return (await client.complete({ ref, argument: { name, value } })).values
      }
      const prompt = { type: 'ref/prompt', name: 'review' } as const
      assert.deepEqual(await completed(prompt, ['language', 'ru']), ['rust', 'ruby'])
      const resource = { type: 'ref/resource', uri: 'city://{country}/{city}' } as const
      assert.deepEqual(await completed(resource, ['city', 'Be']), ['Bern'])
    },
  },

  'changes are heard of': {
    needs: 'announcing',
    async walk(client) {
      const lists = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }
      await using changes = client.listen({ ...lists, resourceSubscriptions: [note.uri] })
      await changes.acknowledged
      await client.call('touch')
      const heard = new Set<Change['type']>()
      for await (const { type } of changes) {
        heard.add(type)
        if (heard.size === 4) break
      }
      assert.deepEqual([...heard].sort(), ['prompts', 'resource', 'resources', 'tools'])
    },
  },
}
