/** Makes text fit to be shown: what the URL of an engine has for passwords is taken out, however it is written. */
export function hideSecrets(url: string): (text: string) => string {
  const secrets = new Set<string>()
  if (URL.canParse(url)) {
    const { username, password, search, searchParams } = new URL(url)
    for (const one of [password, search.slice(1), ...searchParams.values()]) {
      if (one === '') continue
      secrets.add(one)
      secrets.add(decoded(one))
    }
    if (username && password) secrets.add(btoa(`${decoded(username)}:${decoded(password)}`))
  } else {
    // It is not known which part of it is the secret.
    secrets.add(url)
  }
  const [, rough] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:(.+)@/is.exec(url) ?? []
  if (rough) secrets.add(rough)
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length)
  return (text) => longestFirst.reduce((all, secret) => all.replaceAll(secret, '***'), text)
}

/** What a part of a URL stands for; as it is where it is not percent-encoded as it should be. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
