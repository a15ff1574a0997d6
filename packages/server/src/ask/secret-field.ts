/** Forms pass through the client and its logs: secrets have no place in them. See /specification/2026-07-28/client/elicitation#security-considerations */
import type { Form } from '@lutra/core'

/** The first field of a form that asks for a secret, by its name or title, or undefined. */
export function secretField({ properties }: Form): string | undefined {
  return Object.keys(properties).find((name) => {
    const title = properties[name]?.title ?? ''
    return isSecret(name) || isSecret(title)
  })
}

function isSecret(text: string): boolean {
  const words = text
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
  return secrets.test(words)
}

// Whole words, so that what merely holds one of them (`passport`, `secretary`) may be asked for.
const secrets =
  /\b(?:passwords?|passwd|passphrases?|passcodes?|secrets?|credentials?|api ?keys?|(?:private|secret|access) keys?|(?:access|refresh|bearer|auth|api) tokens?|cvv|cvc|(?:card|credit card) number|pin code|otp)\b/
