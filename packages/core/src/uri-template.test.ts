import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseTemplate } from './uri-template.ts'

// The values of RFC 6570, section 3.2, and expansions of each level from there.
const values = {
  count: ['one', 'two', 'three'],
  dom: ['example', 'com'],
  dub: 'me/too',
  hello: 'Hello World!',
  half: '50%',
  var: 'value',
  who: 'fred',
  base: 'http://example.com/home/',
  path: '/foo/bar',
  list: ['red', 'green', 'blue'],
  keys: { semi: ';', dot: '.', comma: ',' },
  v: '6',
  x: '1024',
  y: '768',
  empty: '',
  empty_keys: [],
  undef: null,
}

const expansions: readonly (readonly [string, string])[] = [
  ['{var}', 'value'],
  ['{hello}', 'Hello%20World%21'],
  ['{half}', '50%25'],
  ['O{empty}X', 'OX'],
  ['O{undef}X', 'OX'],
  ['{x,y}', '1024,768'],
  ['?{x,empty}', '?1024,'],
  ['?{x,undef}', '?1024'],
  ['{var:3}', 'val'],
  ['{var:30}', 'value'],
  ['{list}', 'red,green,blue'],
  ['{list*}', 'red,green,blue'],
  ['{keys}', 'semi,%3B,dot,.,comma,%2C'],
  ['{keys*}', 'semi=%3B,dot=.,comma=%2C'],
  ['{+hello}', 'Hello%20World!'],
  ['{+half}', '50%25'],
  ['{base}index', 'http%3A%2F%2Fexample.com%2Fhome%2Findex'],
  ['{+base}index', 'http://example.com/home/index'],
  ['{+path}/here', '/foo/bar/here'],
  ['here?ref={+path}', 'here?ref=/foo/bar'],
  ['{+path:6}/here', '/foo/b/here'],
  ['{+keys*}', 'semi=;,dot=.,comma=,'],
  ['{#var}', '#value'],
  ['{#hello}', '#Hello%20World!'],
  ['foo{#empty}', 'foo#'],
  ['foo{#undef}', 'foo'],
  ['{#path,x}/here', '#/foo/bar,1024/here'],
  ['{.who,who2}', '.fred'],
  ['X{.var:3}', 'X.val'],
  ['www{.dom*}', 'www.example.com'],
  ['X{.empty}', 'X.'],
  ['X{.empty_keys*}', 'X'],
  ['{/var,x}/here', '/value/1024/here'],
  ['{/list*,path:4}', '/red/green/blue/%2Ffoo'],
  ['{/keys*}', '/semi=%3B/dot=./comma=%2C'],
  ['{;x,y,empty}', ';x=1024;y=768;empty'],
  ['{;list}', ';list=red,green,blue'],
  ['{;list*}', ';list=red;list=green;list=blue'],
  ['{;keys*}', ';semi=%3B;dot=.;comma=%2C'],
  ['{?x,y,empty}', '?x=1024&y=768&empty='],
  ['{?x,undef}', '?x=1024'],
  ['{?var:3}', '?var=val'],
  ['{?list*}', '?list=red&list=green&list=blue'],
  ['{?keys*}', '?semi=%3B&dot=.&comma=%2C'],
  ['?fixed=yes{&x}', '?fixed=yes&x=1024'],
]

test('expands as RFC 6570 shows', () => {
  for (const [template, uri] of expansions) {
    assert.equal(parseTemplate(template).expand(values), uri, template)
  }
})

const matches: readonly (readonly [string, string, object | undefined])[] = [
  ['user://{org}/{id}', 'user://acme/7', { org: 'acme', id: '7' }],
  ['user://{org}/{id}', 'user://acme/a@b:c', { org: 'acme', id: 'a@b:c' }],
  ['user://{org}/{id}', 'user://acme/a%2Fb', { org: 'acme', id: 'a/b' }],
  ['user://{org}/{id}', 'user://acme/a/b', undefined],
  ['user://{org}/{id}', 'user:///b', undefined],
  ['user://{org}/{id}', 'user://acme/', undefined],
  ['user://{id}', 'USER://1', undefined],
  ['a://{x}', 'a://%zz', undefined],
  ['a://{x}', 'a://%E4', undefined],
  ['file:///{+path}', 'file:///a/b/c.txt', { path: 'a/b/c.txt' }],
  ['file:///{+dir}/{name}', 'file:///a/b/c.txt', { dir: 'a/b', name: 'c.txt' }],
  ['{+a}-{b}', 'x-y/z-w', { a: 'x-y/z', b: 'w' }],
  ['{a}-{b}', 'x-y-z', { a: 'x', b: 'y-z' }],
  ['{+path}.json', 'a.json.json', { path: 'a.json' }],
  ['s://q{?x,y}', 's://q', {}],
  ['s://q{?x,y}', 's://q?y=2&x=1%262', { x: '1&2', y: '2' }],
  ['s://q{?x,y}', 's://q?x=1&x=2', undefined],
  ['s://q{?x,y}', 's://q?z=1', undefined],
  ['s://q{?x*}', 's://q?x=1&x=2', { x: ['1', '2'] }],
  ['s://q{?x*}', 's://q', { x: [] }],
  ['s://q{/rest*}', 's://q/a/b%2Fc', { rest: ['a', 'b/c'] }],
  ['s://q{/rest*}', 's://q', { rest: [] }],
  ['s://{x,y}', 's://1,2', { x: '1', y: '2' }],
  ['s://{x:3}', 's://abcd', undefined],
  ['s://{x}{#part}', 's://a#b/c', { x: 'a', part: 'b/c' }],
  ['s://{x}{.ext}', 's://a.txt', { x: 'a', ext: 'txt' }],
  ['s://grüße/{x}', 's://gr%C3%BC%C3%9Fe/1', { x: '1' }],
  ['s://{__proto__}', 's://1', { ['__proto__']: '1' }],
  ['s://fixed', 's://fixed', {}],
  ['s://fixed', 's://fixed2', undefined],
]

test('matches and decodes', () => {
  for (const [template, uri, expected] of matches) {
    const found = parseTemplate(template).match(uri)
    assert.deepEqual(found && { ...found }, expected, `${template} on ${uri}`)
  }
})

test('what was expanded matches, with the same values', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed())
  const property = fc.property(value, value, value, (a, b, c) => {
    const template = parseTemplate('s://{a}/x/{b}{?c}')
    assert.deepEqual({ ...template.match(template.expand({ a, b, c })) }, { a, b, c })
  })
  fc.assert(property)
})

test('any text is matched without a throw', () => {
  const template = parseTemplate('{+a}/{b}{/c*}{.d}{;e,f}{?g,h}{&i*}{#j}')
  fc.assert(fc.property(fc.string(), (uri) => void template.match(uri)))
})

test('a long hostile URI does not hang', { timeout: 30_000 }, () => {
  const template = parseTemplate('{+a}x{+b}x{+c}x{+d}x{+e}y')
  assert.equal(template.match('x'.repeat(100_000)), undefined)
})

test('a malformed template says what is off', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['a{', /"\{" without/],
    ['a}', /"\}" without/],
    ['{}', /malformed variable/],
    ['{a b}', /malformed variable/],
    ['{=a}', /reserved operator/],
    ['{a:0}', /malformed variable/],
    ['{a}{a}', /two variables named "a"/],
    ['x'.repeat(5000), /longer/],
  ]
  for (const [template, message] of wrong) {
    assert.throws(() => parseTemplate(template), { name: 'TypeError', message })
  }
})
