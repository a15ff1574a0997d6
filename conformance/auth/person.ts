/** A person with a browser: a real Chromium, headless, with cookies of its own. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../scripts/chromium.ts'

export interface Person {
  readonly context: BrowserContext
  /** Every page that was walked through, by its heading. */
  readonly seen: string[]
  /** What the client's own page said at the end, each time. */
  readonly ended: string[]
  /** Opens a page and does as it asks until it leads back to a client: signs in, and allows or denies. Resolves to where that is. */
  signIn(url: string | URL, answers?: Answers): Promise<URL>
  /** Resolves when every page has been read to its end. */
  rest(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Answers {
  readonly name?: string
  readonly answer?: 'allow' | 'deny'
  /** Other origins whose pages are on the way. */
  readonly through?: readonly string[]
  /** Looks at each page before it is answered. */
  readonly look?: (page: Page) => Promise<void>
}

const patienceMs = 20_000

/** Starts the browser. As many persons as are wanted share it: `startPerson(browser)`. */
export async function startBrowser(): Promise<Browser & AsyncDisposable> {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    throw new Error('No Chromium here: apt-get install --no-install-recommends chromium')
  }
  // Containers give root no sandbox; what is shown are pages of the tests alone.
  const args = ['--no-sandbox', '--disable-dev-shm-usage']
  const browser = await chromium.launch({ executablePath, args })
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() })
}

export async function startPerson(browser: Browser): Promise<Person> {
  const context = await browser.newContext()
  context.setDefaultTimeout(patienceMs)
  const seen: string[] = []
  const ended: string[] = []
  const visits: Promise<URL>[] = []
  const walk = async (url: string | URL, answers: Answers): Promise<URL> => {
    const page = await context.newPage()
    try {
      const onTheWay = [new URL(url).origin, ...(answers.through ?? [])]
      await page.goto(String(url))
      for (let step = 0; step < 8 && onTheWay.includes(new URL(page.url()).origin); step++) {
        const heading = await page.locator('h1').first().textContent()
        seen.push(heading ?? '')
        await answers.look?.(page)
        await answerPage(page, answers)
      }
      await page.waitForLoadState()
      ended.push((await page.locator('body').textContent()) ?? '')
      return new URL(page.url())
    } finally {
      await page.close()
    }
  }
  return {
    context,
    seen,
    ended,
    signIn(url, answers = {}) {
      const visit = walk(url, answers)
      visits.push(visit)
      return visit
    },
    async rest() {
      await Promise.allSettled(visits)
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(visits)
      await context.close()
    },
  }
}

// One page: a name where one is asked for, then the button that answers it.
async function answerPage(page: Page, { name = 'ada', answer = 'allow' }: Answers): Promise<void> {
  const asked = page.getByLabel('Name')
  if ((await asked.count()) > 0) await asked.fill(name)
  const wanted = page.locator(`button[value^="${answer}"]`)
  const button = (await wanted.count()) > 0 ? wanted.first() : page.locator('button').first()
  await Promise.all([page.waitForEvent('framenavigated'), button.click()])
  await page.waitForLoadState()
}
