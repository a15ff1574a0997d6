/** The throughput of several processes as a picture: bars beside those of one, and who had the processors. */
import type { Row } from './ratio.ts'

const groups = ['HTTP tools/call', 'task to its end, PostgreSQL', 'task to its end, Redis'] as const
const bars = [1, 2, 4] as const
const parts = [
  ['load', '#9aa5b1'],
  ['nginx', '#3d9a50'],
  ['servers', '#2f6fb5'],
  ['database', '#c9772b'],
] as const

const width = 760
const left = 210
const scale = 190
const lineHeight = 24

/** Draws what the bench of processes has measured, as SVG. */
export function drawProcesses(rows: readonly Row[]): string {
  const ratios = new Map(rows.map(({ name, ratio }) => [name, ratio]))
  const drawn = groups.filter((group) => ratios.has(`${group}, 1 behind nginx : 1 without`))
  let top = 56
  const shapes: string[] = [
    text([left, 24], 'Throughput of several processes behind nginx, one without it being 1', bold),
    text([left, 42], 'The load, nginx, the servers and the database share the same processors'),
  ]
  for (const group of drawn) {
    shapes.push(text([left, top + 16], group, bold))
    top += lineHeight
    shapes.push(...bar(top, '1 process, no nginx', { ratio: 1, fill: '#9fc1e6' }))
    for (const [at, size] of bars.entries()) {
      const ratio = ratios.get(`${group}, ${size} behind nginx : 1 without`) ?? 0
      shapes.push(...bar(top + lineHeight * (at + 1), `nginx, ${size}`, { ratio, fill: '#2f6fb5' }))
    }
    shapes.push(...shares(top + lineHeight * 4, (who) => ratios.get(shareName(group, 4, who)) ?? 0))
    top += lineHeight * 5 + 22
  }
  shapes.push(...legend(top))
  const height = top + 30
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>Throughput by processes</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<line x1="${left + scale}" y1="50" x2="${left + scale}" y2="${top - 10}" stroke="#b0b7bf" stroke-dasharray="3 3"/>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n')
}

/** The name of the row that says which part of the processors somebody had. */
export function shareName(group: string, size: number, who: string): string {
  return `${group}, ${size} behind nginx, part of all processors: ${who}`
}

interface Bar {
  readonly ratio: number
  readonly fill: string
}

function bar(y: number, name: string, { ratio, fill }: Bar): string[] {
  const length = Math.round(ratio * scale)
  return [
    text([left - 12, y + 16], name, toLeft),
    `<rect x="${left}" y="${y + 3}" width="${length}" height="${lineHeight - 6}" fill="${fill}"/>`,
    text([left + length + 6, y + 16], ratio.toFixed(2)),
  ]
}

/** All processors as one bar, and what each part of the whole had of them. */
function shares(y: number, shareOf: (who: string) => number): string[] {
  let x = left
  const shapes = [text([left - 12, y + 16], 'processors, of nginx, 4', toLeft)]
  for (const [who, fill] of parts) {
    const length = Math.round(shareOf(who) * scale * 2)
    shapes.push(`<rect x="${x}" y="${y + 3}" width="${length}" height="12" fill="${fill}"/>`)
    x += length
  }
  return [
    ...shapes,
    `<rect x="${left}" y="${y + 3}" width="${scale * 2}" height="12" fill="none" stroke="#b0b7bf"/>`,
  ]
}

function legend(y: number): string[] {
  return parts.flatMap(([who, fill], at) => [
    `<rect x="${left + at * 100}" y="${y}" width="12" height="12" fill="${fill}"/>`,
    text([left + at * 100 + 18, y + 11], who),
  ])
}

const bold = 'font-weight="bold"'
const toLeft = 'text-anchor="end"'

function text([x, y]: Point, words: string, style = ''): string {
  return `<text x="${x}" y="${y}" fill="#24292f" ${style}>${words}</text>`
}

type Point = readonly [x: number, y: number]
