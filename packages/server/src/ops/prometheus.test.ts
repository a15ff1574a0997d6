import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHistogram, printSamples } from './prometheus.ts'

test('labels are escaped, buckets add up', () => {
  const histogram = createHistogram('h', { help: 'x', bounds: [1, 2], maxSeries: 2 })
  histogram.record({ a: 'b"\\\n' }, 0.5)
  histogram.record({ a: 'b"\\\n' }, 1.5)
  histogram.record({ a: 'b"\\\n' }, 9)
  const labels = 'a="b\\"\\\\\\n"'
  assert.equal(
    printSamples(histogram.samples()),
    `# HELP h x
# TYPE h histogram
h_bucket{${labels},le="1"} 1
h_bucket{${labels},le="2"} 2
h_bucket{${labels},le="+Inf"} 3
h_sum{${labels}} 11
h_count{${labels}} 3
`,
  )
})

test('more series than are told apart are counted as one', () => {
  const histogram = createHistogram('h', { help: 'x', bounds: [1], maxSeries: 2 })
  for (const a of ['1', '2', '3', '4', '3']) histogram.record({ a }, 0)
  const text = printSamples(histogram.samples())
  assert.match(text, /h_count\{overflow="other"\} 3/)
  assert.equal(text.match(/h_count/g)?.length, 3)
})
