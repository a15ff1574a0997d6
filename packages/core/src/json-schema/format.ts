/** The formats that can be asserted: those of elicitation forms, and what they are made of. */

export interface Format {
  readonly expected: string
  test(text: string): boolean
}

const dateShape = /^(\d{4})-(\d\d)-(\d\d)$/
const timeShape =
  /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const quoted = '"(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*"'
const emailShape = new RegExp(
  `^(?:${atom}(?:\\.${atom})*|${quoted})@(?:${label}(?:\\.${label})*|\\[(?:ipv6:)?[\\da-f.:]+\\])$`,
  'i',
)
const uriShape =
  /^[a-z][a-z\d+.-]*:(?:\/\/(?:(?:[\w\-.~!$&'()*+,;=:]|%[\da-f]{2})*@)?(?:\[[\da-fv.:]+\]|(?:[\w\-.~!$&'()*+,;=]|%[\da-f]{2})*)(?::\d*)?(?=[/?#]|$))?(?:[\w\-.~!$&'()*+,;=:@/]|%[\da-f]{2})*(?:\?(?:[\w\-.~!$&'()*+,;=:@/?]|%[\da-f]{2})*)?(?:#(?:[\w\-.~!$&'()*+,;=:@/?]|%[\da-f]{2})*)?$/i

export const formats: ReadonlyMap<string, Format> = new Map([
  ['date', { expected: 'a date like 2026-07-28', test: isDate }],
  ['time', { expected: 'a time like 09:30:00Z', test: isTime }],
  ['date-time', { expected: 'a date and time like 2026-07-28T09:30:00Z', test: isDateTime }],
  ['email', { expected: 'an email address', test: isEmail }],
  ['uri', { expected: 'an absolute URI like https://example.com/', test: isUri }],
  ['uuid', { expected: 'a UUID', test: isUuid }],
])

function isDate(text: string): boolean {
  const found = dateShape.exec(text)
  if (!found) return false
  const [year, month, day] = found.slice(1).map(Number)
  return day !== undefined && day > 0 && day <= daysIn(Number(year), Number(month))
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  if (month < 1 || month > 12) return 0
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function isTime(text: string): boolean {
  const found = timeShape.exec(text)
  if (!found) return false
  const [, hours, minutes, seconds, sign, offsetHours, offsetMinutes] = found
  if (seconds !== '60') return true
  // A leap second is the last of a day in UTC.
  const offset = Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)
  const utc = Number(hours) * 60 + Number(minutes) - (sign === '-' ? -offset : offset)
  return (utc + 1440) % 1440 === 1439
}

function isDateTime(text: string): boolean {
  return /^.{10}t/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}

function isEmail(text: string): boolean {
  return text.length <= 320 && emailShape.test(text)
}

function isUri(text: string): boolean {
  return uriShape.test(text)
}

function isUuid(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text)
}
