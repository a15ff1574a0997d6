import { availableParallelism } from 'node:os'
import { type Gate, listGates } from './gates.ts'
import { printCounts } from './test-counts.ts'

/**
 * Runs every gate, or those whose name holds a word of the command line (`npm run check -- types`), side by side. One line a
 * gate as it ends, then the output of those that failed, then the line `N passed, N failed`.
 */
interface Verdict {
  gate: Gate
  code: number
  output: string
  seconds: number
}

const words = process.argv.slice(2)
const verdicts: Verdict[] = []
for (const wave of listGates()) {
  const chosen = wave.filter(
    ({ name }) => words.length === 0 || words.some((w) => name.includes(w)),
  )
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, () => work(chosen)))
}
for (const { gate, code, output } of verdicts) {
  if (code !== 0 || gate.shown === true) console.log(`\n── ${gate.name} ──\n${output.trim()}`)
}
const failed = verdicts.filter(({ code }) => code !== 0).length
console.log(`\n${printCounts({ passed: verdicts.length - failed, failed, skipped: 0 })}`)
process.exitCode = failed > 0 || verdicts.length === 0 ? 1 : 0

// Each worker takes the next gate that nobody has taken.
async function work(queue: Gate[]): Promise<void> {
  for (let gate = queue.shift(); gate !== undefined; gate = queue.shift()) {
    const started = performance.now()
    const { code, output } = await gate.run()
    const seconds = (performance.now() - started) / 1000
    verdicts.push({ gate, code, output, seconds })
    console.log(`${code === 0 ? '✓' : '✗'} ${gate.name} (${seconds.toFixed(1)} s)`)
  }
}
