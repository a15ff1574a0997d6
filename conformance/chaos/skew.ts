/** The clock of a process that is wrong: by the milliseconds of `SKEW_MS`. Imported before anything that reads the time. */
const skewMs = Number(process.env['SKEW_MS'] ?? 0)
const real = Date

class SkewedDate extends real {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(real.now() + skewMs)
    else super(...args)
  }

  static override now(): number {
    return real.now() + skewMs
  }
}

if (skewMs !== 0) globalThis.Date = SkewedDate as DateConstructor
