import type { ChaosReport } from './chaos.ts'

/** What a run did and what came of it, in a few lines. */
export function printReport(engine: string, report: ChaosReport): string {
  const { ms, records, audit, processes, faults, broken } = report
  const { tasks, latencies, legacyLatencies, answers, errors, legacy } = records
  const lines = [
    `${engine}: ${(ms / 1000).toFixed(1)} s`,
    `  faults: ${processes.kills} kills, ${processes.freezes} freezes, ${faults.restarts} restarts of the engine, ${faults.cuts} cuts of ${faults.connections} connections; ${processes.starts} starts of a process`,
    `  tasks: ${tasks.size}, ended ${[...tasks.values()].filter(({ status }) => status !== 'working').length} (${statuses(tasks)}); ${audit.steps} steps kept, ${audit.again} begun again before they were kept, ${audit.doubled.length} after`,
    `  clients: ${answers} answers to tasks, ${errors} errors seen and overcome`,
    `  legacy clients: ${legacy.calls} calls ended (${legacy.callsAgain} had to be made again before an answer was accepted); ${legacy.questions} questions, ${legacy.accepted} answers accepted (${legacy.postsAgain} times posted again before that)`,
    `  from call to end: ${spread(latencies)}; legacy: ${spread(legacyLatencies)}`,
    ...broken.slice(0, 30).map((what) => `  BROKEN: ${what}`),
    broken.length === 0 ? '  every promise was kept' : `  ${broken.length} promises were broken`,
  ]
  return lines.join('\n')
}

function statuses(tasks: ChaosReport['records']['tasks']): string {
  const counts = new Map<string, number>()
  for (const { status } of tasks.values()) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (part: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
    return value === undefined ? '–' : `${(value / 1000).toFixed(2)} s`
  }
  return `median ${at(0.5)}, 95% ${at(0.95)}, longest ${at(1)}`
}
