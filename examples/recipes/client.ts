import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { cookbook } from './server.ts'

await using kitchen = await connect(cookbook)

// #region complete
const cuisines = await kitchen.complete({
  ref: { type: 'ref/prompt', name: 'weekly_meal_plan' },
  argument: { name: 'cuisine', value: 'i' },
})
const dishes = await kitchen.complete({
  ref: { type: 'ref/resource', uri: 'recipe://{cuisine}/{dish}' },
  argument: { name: 'dish', value: 'r' },
  context: { arguments: { cuisine: 'italian' } },
})
// #endregion
assert.deepEqual(cuisines.values, ['italian', 'indian'])
assert.deepEqual(dishes.values, ['risotto', 'ribollita'])

// #region prompt
const plan = await kitchen.prompts.weekly_meal_plan({ cuisine: 'italian', dislikes: 'kale' })
for (const { role, content } of plan.messages) console.log(role, content.type)
// #endregion
assert.equal(plan.description, 'A week of italian dinners for 2')
assert.equal(plan.messages.filter(({ content }) => content.type === 'resource').length, 3)
assert.match(plan.text, /Nothing with kale/)

const recipe = await kitchen.readResource('recipe://indian/chana-masala')
assert.match(recipe.text, /chickpeas/)
assert.equal((await kitchen.listResources()).length, 6)

const bought = await kitchen.tools.shopping_list({
  cuisine: 'italian',
  dishes: ['risotto', 'gnocchi'],
})
assert.match(bought.text, /rice\nstock/)
assert.equal(bought.content.filter(({ type }) => type === 'resource_link').length, 2)

const wrong = kitchen.getPrompt('weekly_meal_plan', { cuisine: 'martian' })
await assert.rejects(wrong, /cuisine/)
