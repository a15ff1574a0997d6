import { UsageError } from '../errors.ts'

/** Milliseconds of a time such as `30`, `30s`, `500ms` or `2m`. */
export function readDuration(text: string, option: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  const ms = Number(amount) * (units.get(unit) ?? Number.NaN)
  if (Number.isFinite(ms) && ms > 0) return Math.ceil(ms)
  throw new UsageError(`${option} takes seconds, or a time such as 500ms, 30s or 2m, not ${text}`)
}

const units: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
])
