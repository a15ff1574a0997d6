/** Prometheus' text format. See https://prometheus.io/docs/instrumenting/exposition_formats */

export type Labels = Readonly<Record<string, string>>

/** One metric with its values. */
export interface Sample {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly values: readonly Value[]
}

export interface Value {
  readonly value: number
  readonly labels?: Labels
  /** What comes after the name: `_bucket`, `_sum`. */
  readonly suffix?: string
}

/** Metrics as text. */
export function printSamples(samples: readonly Sample[]): string {
  return samples
    .map(({ name, type, help, values }) => {
      const lines = values.map(
        ({ value, labels = {}, suffix = '' }) => `${name}${suffix}${printLabels(labels)} ${value}`,
      )
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
    })
    .join('')
}

export interface Histogram {
  record(labels: Labels, value: number): void
  samples(): readonly Sample[]
}

export interface HistogramOptions {
  readonly help: string
  /** The upper bounds of its buckets, ascending. */
  readonly bounds: readonly number[]
  /** How many sets of labels are told apart; the rest is counted as one, labelled `other`. */
  readonly maxSeries: number
}

export function createHistogram(name: string, options: HistogramOptions): Histogram {
  const { help, bounds, maxSeries } = options
  const series = new Map<string, Series>()

  function seriesOf(labels: Labels): Series {
    const key = printLabels(labels)
    const known = series.get(key)
    if (known) return known
    if (series.size >= maxSeries && !('overflow' in labels)) return seriesOf({ overflow: 'other' })
    const fresh = { labels, counts: bounds.map(() => 0), count: 0, sum: 0 }
    series.set(key, fresh)
    return fresh
  }

  return {
    record(labels, value) {
      const one = seriesOf(labels)
      const at = bounds.findIndex((bound) => value <= bound)
      if (at >= 0) one.counts[at] = (one.counts[at] ?? 0) + 1
      one.count += 1
      one.sum += value
    },
    samples: () => [
      {
        name,
        type: 'histogram',
        help,
        values: [...series.values()].flatMap((one) => valuesOf(one, bounds)),
      },
    ],
  }
}

interface Series {
  readonly labels: Labels
  readonly counts: number[]
  count: number
  sum: number
}

function valuesOf({ labels, counts, count, sum }: Series, bounds: readonly number[]): Value[] {
  let total = 0
  const buckets = bounds.map((bound, at) => {
    total += counts[at] ?? 0
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: total }
  })
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ]
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')
}
