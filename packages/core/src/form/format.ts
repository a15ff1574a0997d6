import type { TextFormat } from './field.ts'

/** Whether text is what its format promises; in time linear in its length. */
export function isOfFormat(format: TextFormat, text: string): boolean {
  switch (format) {
    case 'email':
      return text.length <= 320 && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)*$/.test(text)
    case 'uri':
      return /^[a-z][a-z0-9+.-]*:[!-~]+$/i.test(text) && URL.canParse(text)
    case 'date':
      return isDate(text)
    case 'date-time':
      return isDateTime(text)
  }
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (!match) return false
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number)
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

// A second of 60 is a leap second, which RFC 3339 allows.
const time = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,20})?(z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i

function isDateTime(text: string): boolean {
  return /^[t ]$/i.test(text.charAt(10)) && isDate(text.slice(0, 10)) && time.test(text.slice(11))
}
