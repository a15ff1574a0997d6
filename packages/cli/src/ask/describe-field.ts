import { type Field, optionsOf } from '@lutra/core'
import { safeLine } from '../terminal/safe-text.ts'

/** What a field takes, in words. */
export function describeField(field: Field): string {
  const options = optionsOf(field)
  if (options) {
    const shown = options.slice(0, 10).map((option) => safeLine(option.const, 40))
    const more = options.length > shown.length ? ', …' : ''
    return `${field.type === 'array' ? 'any' : 'one'} of ${shown.join(', ')}${more}`
  }
  switch (field.type) {
    case 'boolean':
      return 'true or false'
    case 'integer':
    case 'number': {
      const kind = field.type === 'integer' ? 'a whole number' : 'a number'
      const { minimum, maximum } = field
      const from = minimum === undefined ? '' : ` from ${minimum}`
      return `${kind}${from}${maximum === undefined ? '' : ` to ${maximum}`}`
    }
    default:
      return 'format' in field && field.format ? `text: ${field.format}` : 'text'
  }
}
