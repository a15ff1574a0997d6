/** The formats that can be asserted: those of elicitation forms, what they consist of, and UUIDs. */

export interface Format {
  readonly expected: string
  readonly test: (text: string) => boolean
}

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const label = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?'
const atom = "[\\w!#$%&'*+/=?^`{|}~-]+"
const quoted = '"(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*"'
const emailShape = /* @__PURE__ */ new RegExp(
  `^(?:${atom}(?:\\.${atom})*|${quoted})@(?:${label}(?:\\.${label})*|\\[(?:${octet}(?:\\.${octet}){3}|ipv6:[\\da-f.:]+)\\])$`,
  'i',
)
const mark = "[\\w.~!$&'()*+,;=-]|%[\\da-f]{2}"
const host = `(?:(?:${mark}|:)*@)?(?:\\[[\\da-fv.:]+\\]|(?:${mark})*)(?::\\d*)?(?=[/?#]|$)`
const tail = `(?:${mark}|[:@/?])*`
const uriShape = /* @__PURE__ */ new RegExp(
  `^[a-z][a-z\\d+.-]*:(?://${host}|(?!//))(?:${mark}|[:@/])*(?:\\?${tail})?(?:#${tail})?$`,
  'i',
)
const uuidShape = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i
const dateShape = /^(\d{4})-(\d\d)-(\d\d)$/
const timeShape =
  /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i

const day = '2026-07-28'
const time = '09:30:00Z'

export const formats: ReadonlyMap<string, Format> = new Map([
  ['date', { expected: `a date like ${day}`, test: isDate }],
  ['time', { expected: `a time like ${time}`, test: isTime }],
  ['date-time', { expected: `a date and time like ${day}T${time}`, test: isDateTime }],
  [
    'email',
    {
      expected: 'an email address',
      test: (text: string) => text.length <= 320 && emailShape.test(text),
    },
  ],
  [
    'uri',
    {
      expected: 'a URI like https://example.com/',
      test: (text: string) => uriShape.test(text),
    },
  ],
  ['uuid', { expected: 'a UUID', test: (text: string) => uuidShape.test(text) }],
])

function isDate(text: string): boolean {
  const [, year, month, date] = (dateShape.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || date === undefined) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return month > 0 && month < 13 && date > 0 && date <= days
}

function isTime(text: string): boolean {
  const found = timeShape.exec(text)
  if (!found) return false
  const [, hours, minutes, seconds, sign, offsetHours = 0, offsetMinutes = 0] = found
  if (seconds !== '60') return true
  // A leap second is the last of a day in UTC.
  const offset = Number(offsetHours) * 60 + Number(offsetMinutes)
  const utc = Number(hours) * 60 + Number(minutes) + (sign === '-' ? offset : -offset)
  return (utc + 1440) % 1440 === 1439
}

function isDateTime(text: string): boolean {
  return /^.{10}t/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}
