import { inputRequired } from '@lutra/core'
import { createServer, elicit, tool } from '@lutra/server'
import { z } from 'zod'

/** What was done, so that doing it twice would show. */
export const ledger: string[] = []

// #region form
const remove = tool({
  name: 'remove',
  description: 'Deletes photos, after asking',
  input: z.object({ photos: z.array(z.string()) }),
  hints: { destructive: true },
  async run({ photos }, ctx) {
    const sure = z.object({ sure: z.boolean().describe('There is no way back') })
    const answer = await ctx.ask('sure', `Delete ${photos.length} photos?`, sure)
    if (answer.action !== 'accept' || !answer.content.sure) return 'Kept them all'
    return `Deleted ${photos.length} photos`
  },
})
// #endregion

// #region unsupported
const rename = tool({
  name: 'rename_album',
  description: 'Gives an album another name',
  input: z.object({ name: z.string().optional() }),
  async run({ name }, ctx) {
    if (name) return `Renamed to ${name}`
    const answer = await ctx.ask('name', 'Which name?', z.object({ name: z.string().min(1) }))
    switch (answer.action) {
      case 'accept':
        return `Renamed to ${answer.content.name}`
      case 'decline':
      case 'cancel':
        return 'Not renamed'
      case 'unsupported': // this client cannot ask: say what to do instead
        return 'Call this tool again with a name'
    }
  },
})
// #endregion

// #region together
const order = tool({
  name: 'order_prints',
  description: 'Orders prints of an album',
  async run(_, ctx) {
    const [paper, address] = await Promise.all([
      ctx.ask(
        'paper',
        'Which paper?',
        z.object({ size: z.enum(['A4', 'A5']), extras: z.array(z.enum(['matt', 'frame'])) }),
      ),
      ctx.ask('address', 'Where to?', z.object({ email: z.email(), street: z.string() })),
    ])
    if (paper.action !== 'accept' || address.action !== 'accept') return 'Nothing ordered'
    const { size, extras } = paper.content
    return `${size} (${extras.join(', ')}) to ${address.content.street}`
  },
})
// #endregion

// #region step
const buy = tool({
  name: 'buy_storage',
  description: 'Buys more storage for photos',
  async run(_, ctx) {
    const offer = await ctx.step('offer', () => fetchOffer()) // once, however often run() is entered again
    const confirm = z.object({ agree: z.boolean() })
    const answer = await ctx.ask('agree', `${offer.gigabytes} GB for ${offer.price} €?`, confirm)
    if (answer.action !== 'accept' || !answer.content.agree) return 'Not bought'
    const receipt = await ctx.step('pay', () => pay(offer))
    const gift = await ctx.ask('gift', 'Is it a gift?', z.object({ gift: z.boolean() }))
    const wrapped = gift.action === 'accept' && gift.content.gift
    return `Paid ${receipt.paid} €${wrapped ? ', gift-wrapped' : ''}`
  },
})
// #endregion

// #region url
const unlock = tool({
  name: 'unlock',
  description: 'Signs in to the photo bank',
  async run(_, ctx) {
    const answer = await ctx.askUrl('login', 'Sign in to your bank', 'https://bank.example/login')
    if (answer.action !== 'accept') return 'Still locked'
    return 'Opened the page; the tool asks the bank whether the sign-in is done'
  },
})
// #endregion

// #region by-hand
const tag = tool({
  name: 'tag',
  description: 'Tags a photo, asking by hand',
  async run(_, ctx) {
    const words = z.object({ tag: z.string() })
    const answer = await ctx.responses.form('tag', words)
    if (answer?.action === 'accept') {
      const { photo } = (await ctx.openState()) as { photo: string }
      return `${photo} is tagged ${answer.content.tag}`
    }
    return inputRequired({
      inputRequests: { tag: elicit('Which tag?', words) },
      requestState: await ctx.sealState({ photo: 'IMG_1.jpg' }),
    })
  },
})
// #endregion

export function createPhotos() {
  return createServer({
    name: 'photos',
    version: '1.0.0',
    tools: [remove, rename, order, buy, unlock, tag],
  })
}

export type Photos = ReturnType<typeof createPhotos>

async function fetchOffer() {
  ledger.push('offer')
  return { gigabytes: 100, price: 12 }
}

async function pay({ price }: { price: number }) {
  ledger.push('pay')
  return { paid: price }
}
