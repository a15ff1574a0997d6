import assert from 'node:assert/strict'
import { type ConnectAnyOptions, connect, type RemoteTarget } from '@lutra/client/connect'
import type { Ferry } from './ferry.ts'

export type Tell = (what: string, heard?: unknown) => void

/** What an ordinary client does, the same in every era and over every wire. */
export async function walk(
  target: RemoteTarget,
  era: 'modern' | 'legacy',
  tell: Tell,
): Promise<void> {
  const options: ConnectAnyOptions = {
    era,
    info: { name: 'traveller', version: '1.0.0' },
    answer: {
      elicit: ({ message, initial }) => {
        tell('  is asked', `${message} (1 unless said otherwise: ${JSON.stringify(initial)})`)
        return { action: 'accept', content: { seats: 3 } }
      },
    },
  }
  await using ferry = await connect<Ferry>(target, options)
  const { protocolVersion } = ferry.connection
  tell('discovers', `${ferry.server.serverInfo?.name}, speaking ${protocolVersion}`)

  const tools = await ferry.listTools()
  tell('lists tools', tools.map(({ name }) => name).join(', '))
  assert.equal(tools.length, 5)

  const before = await listsSeen(ferry)
  await ferry.listTools()
  await ferry.listTools()
  const sent = (await listsSeen(ferry)) - before
  tell('lists tools twice more', `the server saw ${sent} of that`)
  assert.equal(sent, era === 'modern' ? 0 : 2, 'older revisions have no cache hints')

  const { data } = await ferry.tools.timetable({ harbour: 'Kiel' })
  tell('calls timetable', data.departures.join(', '))
  assert.equal(data.departures.length, 2)

  const seen: number[] = []
  const crossing = await ferry.tools.cross(undefined, {
    onProgress: ({ progress, message }) => {
      seen.push(progress)
      tell('  hears progress', message)
    },
  })
  tell('calls cross', crossing.text)
  assert.deepEqual(seen, [1, 2, 3])

  const booked = await ferry.tools.book({ harbour: 'Kiel' })
  tell('calls book', booked.text)
  assert.match(booked.text, /Booked 3 seats/)

  await hearChange(ferry, tell)
  await cancel(ferry, tell)
}

type Traveller = Awaited<ReturnType<typeof connect<Ferry>>>

async function hearChange(ferry: Traveller, tell: Tell): Promise<void> {
  await using changes = ferry.listen({ resourceSubscriptions: ['board://departures'] })
  await changes.acknowledged
  await ferry.tools.delay({ minutes: 7 })
  for await (const change of changes) {
    if (change.type !== 'resource') continue
    const board = await ferry.readResource(change.uri)
    tell('hears that the board changed', board.text)
    assert.equal(board.text, 'All 7 minutes late')
    break
  }
  await ferry.tools.delay({ minutes: 0 })
}

async function cancel(ferry: Traveller, tell: Tell): Promise<void> {
  const patience = AbortSignal.timeout(100)
  await assert.rejects(ferry.tools.wait_for_fog(undefined, { signal: patience }))
  tell('calls wait_for_fog', 'and cancels after 100 ms')
}

async function listsSeen(ferry: Traveller): Promise<number> {
  return Number((await ferry.readResource('log://lists')).text)
}
