import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What the suite found in one scenario. */
export interface Outcome {
  readonly scenario: string
  readonly passed: number
  readonly skipped: readonly string[]
  readonly failed: readonly string[]
}

interface Check {
  readonly id: string
  readonly status: string
  readonly errorMessage?: string
}

/** Reads the folder that a run of the suite has written: a folder a scenario, with its checks as JSON. */
export async function readResults(folder: string): Promise<Outcome[]> {
  const files = await readdir(folder, { recursive: true })
  const checks = files.filter((file) => file.endsWith('checks.json')).sort()
  return Promise.all(checks.map((file) => readOutcome(folder, file)))
}

async function readOutcome(folder: string, file: string): Promise<Outcome> {
  const checks = JSON.parse(await readFile(join(folder, file), 'utf8')) as Check[]
  const of = (...statuses: string[]) => checks.filter(({ status }) => statuses.includes(status))
  const told = ({ id, errorMessage }: Check) => (errorMessage ? `${id}: ${errorMessage}` : id)
  return {
    scenario: dirname(file)
      .replace(/^server-(?=.*-\d{4}-\d\d-\d\dT)/, '')
      .replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, ''),
    passed: of('SUCCESS').length,
    skipped: of('SKIPPED').map(told),
    failed: of('FAILURE', 'WARNING').map(told),
  }
}
