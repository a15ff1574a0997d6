/** Whether a number is a multiple of another, in decimal: 0.3 is a multiple of 0.1. */
export function isMultiple(value: number, of: number): boolean {
  if (Number.isInteger(value / of) && Number.isSafeInteger(value) && Number.isInteger(of))
    return true
  if (!Number.isFinite(value)) return false
  const [digits, exponent] = decimal(value)
  const [divisor, scale] = decimal(of)
  const lowest = Math.min(exponent, scale)
  const scaled = digits * 10n ** BigInt(exponent - lowest)
  return scaled % (divisor * 10n ** BigInt(scale - lowest)) === 0n
}

/** A number as `digits * 10 ** exponent`. */
function decimal(number: number): readonly [bigint, number] {
  const [mantissa = '0', exponent = '0'] = String(number).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return [BigInt(whole + fraction), Number(exponent) - fraction.length]
}
