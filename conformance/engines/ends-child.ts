/** A program that uses an engine until it hears a word on its standard input, closes it, and has nothing more to do. */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { openEngine } from '@lutra/stores'

const [url = ''] = process.argv.slice(2)
const engine = await openEngine(url, { timeoutMs: 2000, onError: () => {} })
engine.bus.subscribe('news', () => {})
let over = false
const using = use()
console.log('open')
await once(process.stdin, 'data')
process.stdin.destroy()
over = true
await engine.close()
await using
console.log('closed')

async function use(): Promise<void> {
  while (!over) {
    const some = Array.from({ length: 20 }, (_, at) => engine.store.set(`some/${at}`, at))
    await Promise.allSettled([...some, engine.bus.publish('news', 'something')])
    await pause(10)
  }
}
