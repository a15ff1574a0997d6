import { budgets } from './budgets.ts'
import { bundle, validator } from './bundle.ts'
import { readPackages } from './workspace.ts'

/**
 * Bundles every export, prints what it weighs after gzip, and fails on one over its budget or on a `modern` entry into which a
 * word of the older protocol has found its way.
 */
const legacyWords = /initialize|mcp-session-id|last-event-id|202[45]-/gi

const complaints: string[] = []
const entries = readPackages().flatMap((one) => one.entries)
for (const { specifier, script, name } of entries) {
  await checkEntry(specifier, script)
  if (name === 'modern') await checkWords(specifier, script)
}
await checkEntry('JSON Schema validator', validator)
for (const complaint of complaints) console.log(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0

async function checkEntry(specifier: string, path: string): Promise<void> {
  const budget = budgets[specifier]
  if (budget === undefined) complaints.push(`${specifier} has no budget in scripts/budgets.ts`)
  try {
    const { size, heaviest } = await bundle(path)
    console.log(
      `${specifier.padEnd(30)} ${size.toFixed(1).padStart(5)} kB of at most ${budget ?? '?'}`,
    )
    if (budget === undefined || size <= budget) return
    complaints.push(
      `\n${specifier} weighs ${size.toFixed(1)} kB. What adds most to it:`,
      ...heaviest,
    )
  } catch (error) {
    complaints.push(`${specifier} cannot be bundled: ${error}`)
  }
}

async function checkWords(specifier: string, path: string): Promise<void> {
  const { code } = await bundle(path).catch(() => ({ code: '' }))
  for (const { 0: word, index } of code.matchAll(legacyWords)) {
    const around = code.slice(Math.max(0, index - 60), index + 60)
    complaints.push(`${specifier} holds “${word}” of the older protocol: …${around}…`)
  }
}
