/** A moment as people write it, and how far away it is: `2026-07-28 14:05 (in 59 minutes)`. */
export function dateOf(at: number, now: number = Date.now()): string {
  const day = new Date(at)
  const text = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())} ${two(day.getHours())}:${two(day.getMinutes())}`
  const far = spanOf(Math.abs(at - now))
  return `${text} (${at >= now ? `in ${far}` : `${far} ago`})`
}

function spanOf(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
