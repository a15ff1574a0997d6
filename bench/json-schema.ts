/**
 * Compares JSON Schema validators: score on the official 2020-12 suite, and time as ratios in one
 * run. `npx tsx scripts/json-schema-suite.ts && npx tsx bench/json-schema.ts`. Those that are not
 * dependencies here join in when they are installed:
 * `npm install --no-save @exodus/schemasafe @hyperjump/json-schema json-schema-library`.
 */
import { type Case, cases } from './json-schema/cases.ts'
import { scoreOf } from './json-schema/score.ts'
import { type Compile, validators } from './json-schema/validators.ts'

/** Nanoseconds by what was measured. */
type Times = Record<string, number>

const loaded: Record<string, Compile> = {}
for (const [name, load] of Object.entries(validators)) {
  const compile = await load().catch(() => undefined)
  if (compile) loaded[name] = compile
  else console.log(`${name} is not installed`)
}

const results: Record<string, Times> = {}
for (const [name, compile] of Object.entries(loaded)) {
  results[name] = {}
  for (const one of cases) Object.assign(results[name], await measure(compile, one))
}
for (const column of Object.keys(results['lutra'] ?? {})) {
  console.log(`\n${column}`)
  const ours = results['lutra']?.[column] ?? 0
  for (const [name, times] of Object.entries(results)) {
    const time = times[column] ?? Number.NaN
    console.log(`  ${name.padEnd(36)} ${print(time).padEnd(8)} ×${(time / ours).toPrecision(2)}`)
  }
}

console.log('\nrequired tests of 2020-12')
for (const [name, compile] of Object.entries(loaded)) {
  console.log(`  ${name.padEnd(36)} ${(await scoreOf(compile)) ?? 'no suite'}`)
}

async function measure(compile: Compile, { name, schema, good, bad }: Case): Promise<Times> {
  const verdict = await compile(schema)
  if (!verdict(good) || verdict(bad)) return {}
  const rounds = 50
  const start = performance.now()
  for (let round = 0; round < rounds; round++) await compile(schema)
  return {
    [`${name}, compiled`]: ((performance.now() - start) * 1e6) / rounds,
    [`${name}, valid`]: timeOf(() => verdict(good)),
    [`${name}, invalid`]: timeOf(() => verdict(bad)),
  }
}

/** The best of several rounds, in nanoseconds for each call. */
function timeOf(call: () => unknown): number {
  let rounds = 1
  while (elapsed(call, rounds) < 20) rounds *= 2
  return (Math.min(...Array.from({ length: 5 }, () => elapsed(call, rounds))) * 1e6) / rounds
}

function elapsed(call: () => unknown, rounds: number): number {
  const start = performance.now()
  for (let round = 0; round < rounds; round++) call()
  return performance.now() - start
}

function print(nanoseconds: number): string {
  if (Number.isNaN(nanoseconds)) return 'wrong'
  if (nanoseconds > 1e6) return `${(nanoseconds / 1e6).toPrecision(3)} ms`
  return nanoseconds > 1e3
    ? `${(nanoseconds / 1e3).toPrecision(3)} µs`
    : `${nanoseconds.toFixed(0)} ns`
}
