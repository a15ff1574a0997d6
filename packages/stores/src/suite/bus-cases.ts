import type { Bus } from '@lutra/core'
import type { EngineCase } from '../suite.ts'
import { expect, own, pause, until } from './expect.ts'

function busCase(
  name: string,
  run: (bus: Bus, topic: string, other: Bus) => Promise<void>,
): EngineCase {
  return { name: `bus: ${name}`, run: ({ one, two }) => run(one.bus, own('bus'), two.bus) }
}

/** What is heard of a topic, from when it resolves on. */
async function hear(bus: Bus, topic: string) {
  const heard: unknown[] = []
  const stop = bus.subscribe(topic, (message) => heard.push(message))
  await stop.ready
  return { heard, stop }
}

export const busCases: readonly EngineCase[] = [
  busCase('brings a message to everybody who listens, as it was', async (bus, topic, other) => {
    const [here, there] = await Promise.all([hear(bus, topic), hear(other, topic)])
    const messages = [1, 'é\u{1f600}\n', null, { a: ['"\\', {}] }]
    for (const message of messages) await bus.publish(topic, message)
    await until(() => here.heard.length === 4 && there.heard.length === 4, 'a message')
    expect(here.heard, messages, 'what was heard here')
    expect(there.heard, messages, 'what was heard elsewhere')
    here.stop()
    there.stop()
  }),
  busCase(
    'keeps the order of one publisher, long messages among short ones',
    async (bus, topic, other) => {
      const { heard, stop } = await hear(other, topic)
      const messages = Array.from({ length: 60 }, (_, index) =>
        index % 10 === 3 ? `${index}${'x'.repeat(100_000)}` : String(index),
      )
      for (const message of messages) await bus.publish(topic, message)
      await until(() => heard.length === messages.length, 'every message')
      expect(
        heard.map(String).map((text) => Number.parseInt(text, 10)),
        [...messages.keys()],
        'the order',
      )
      stop()
    },
  ),
  busCase(
    'brings nothing about other topics, and nothing after the end',
    async (bus, topic, other) => {
      const [wanted, ended] = await Promise.all([hear(other, topic), hear(other, topic)])
      ended.stop()
      for (const odd of [`${topic}x`, topic.slice(0, -1), `${topic}*`])
        await bus.publish(odd, 'other')
      await bus.publish(topic, 'own')
      await until(() => wanted.heard.length > 0, 'the message')
      await pause(50)
      expect(wanted.heard, ['own'], 'what was heard')
      expect(ended.heard, [], 'what was heard after the end')
      wanted.stop()
    },
  ),
  busCase('takes topics of whatever length and letters', async (bus, topic, other) => {
    for (const odd of [`${topic}${'x'.repeat(9000)}`, `${topic}é\u0000\n"'\\{}`]) {
      const { heard, stop } = await hear(other, odd)
      const messages = ['short', 'x'.repeat(20_000)]
      for (const message of messages) await bus.publish(odd, message)
      await until(() => heard.length === 2, 'a message about an odd topic')
      expect(heard, messages, 'what was heard')
      stop()
    }
  }),
  busCase('goes on when a listener throws', async (bus, topic, other) => {
    const bad = other.subscribe(topic, () => {
      throw new Error('a listener that throws')
    })
    await bad.ready
    const { heard, stop } = await hear(other, topic)
    await bus.publish(topic, 1)
    await bus.publish(topic, 2)
    await until(() => heard.length === 2, 'both messages')
    bad()
    stop()
  }),
]
