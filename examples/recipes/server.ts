import { createServer, embed, link, prompt, resource, text, tool } from '@lutra/server'
import { z } from 'zod'
import { type Cuisine, cuisines, findRecipe, recipesOf } from './cookbook.ts'

const cuisine = z.enum(cuisines).describe('Whose kitchen')

// #region template
const recipe = resource({
  uri: 'recipe://{cuisine}/{dish}',
  title: 'One recipe',
  mimeType: 'text/markdown',
  read: ({ cuisine, dish }) => findRecipe(cuisine, dish)?.text,
  list: () =>
    cuisines.flatMap((cuisine) =>
      recipesOf(cuisine).map(({ dish, title }) => ({
        uri: `recipe://${cuisine}/${dish}`,
        name: title,
      })),
    ),
  complete: {
    cuisine: cuisines, // filtered by what was typed
    dish: (typed, { arguments: settled }) =>
      recipesOf(settled.get('cuisine') ?? '')
        .map(({ dish }) => dish)
        .filter((dish) => dish.startsWith(typed)),
  },
})
// #endregion

// #region prompt
const week = prompt({
  name: 'weekly_meal_plan',
  title: 'A week of dinners',
  description: 'Plans seven dinners from the recipes of one cuisine, with a shopping list',
  input: z.object({
    cuisine, // an enum completes itself
    people: z.coerce.number().int().min(1).max(12).default(2),
    dislikes: z.string().optional().describe('What must not be in it'),
  }),
  render({ cuisine, people, dislikes }) {
    const known = recipesOf(cuisine)
    return {
      description: `A week of ${cuisine} dinners for ${people}`,
      messages: [
        ...known.map((one) => ({ role: 'user' as const, content: embed(asContents(one)) })),
        {
          role: 'user',
          text: [
            `Plan seven dinners for ${people} from these ${known.length} ${cuisine} recipes.`,
            ...(dislikes ? [`Nothing with ${dislikes}.`] : []),
            'Use each twice at the most, and end with one shopping list.',
          ].join('\n'),
        },
        { role: 'assistant', text: 'Here is the plan, Monday first:' },
      ],
    }
  },
})
// #endregion

// #region tool
const shopping = tool({
  name: 'shopping_list',
  description: 'What to buy for some dishes of a cuisine',
  input: z.object({ cuisine, dishes: z.array(z.string()).min(1) }),
  hints: { readOnly: true },
  run({ cuisine, dishes }) {
    const found = dishes.flatMap((dish) => findRecipe(cuisine, dish) ?? [])
    const needed = new Set(found.flatMap(({ needs }) => needs))
    const links = found.map((one) => link({ uri: asContents(one).uri, name: one.title }))
    return [text([...needed].join('\n')), ...links] // words for the model, links for the person
  },
})
// #endregion

export const cookbook = createServer({
  name: 'cookbook',
  version: '1.0.0',
  tools: [shopping],
  resources: [recipe],
  prompts: [week],
})
export type Cookbook = typeof cookbook

function asContents(one: { cuisine: Cuisine; dish: string; text: string }) {
  const uri = `recipe://${one.cuisine}/${one.dish}`
  return { uri, mimeType: 'text/markdown', text: one.text }
}
