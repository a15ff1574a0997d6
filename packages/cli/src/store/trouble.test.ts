import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { freePort } from '../../../../scripts/free-port.ts'
import { find, startPostgres, startRedis } from '../../../../scripts/start-database.ts'
import { lutra } from '../../test/lutra.ts'

/** What the command says of an engine that it could not open: one line on what is wrong, one on what to do. */
async function told(url: string): Promise<string[]> {
  const { code, stdout, stderr } = await lutra(['store', 'check', '-t', '2', url])
  assert.equal(code, 3, stdout + stderr)
  assert.doesNotMatch(stdout + stderr, /hunter2/)
  const lines = stderr.trimEnd().split('\n')
  assert.equal(lines.length, 2, stderr)
  return lines
}

test('where nothing listens, it is said where, and a program is told as well', async () => {
  const port = await freePort()
  for (const [scheme, name] of [
    ['postgres', 'PostgreSQL'],
    ['redis', 'Redis'],
  ]) {
    const url = `${scheme}://ada:hunter2@127.0.0.1:${port}/0`
    assert.deepEqual(await told(url), [
      `error: Nothing listens at 127.0.0.1:${port}`,
      `Start ${name} there, or correct the host and the port of the URL`,
    ])
    const { stderr } = await lutra(['store', 'check', '--json', url])
    const { error } = JSON.parse(stderr) as { error: { message: string; hint: string } }
    assert.match(error.hint, new RegExp(`^Start ${name} there`))
  }
  const [missing] = await told('redis://ada:hunter2@no-such-host.invalid')
  assert.match(missing ?? '', /There is no host no-such-host\.invalid|no-such-host/)
})

test('PostgreSQL: what is wrong with the database, the user, their rights and TLS', async (t) => {
  const server = await startPostgres()
  if (!server) return skip(t, 'PostgreSQL')
  try {
    const { port } = new URL(server.url)
    const at = `127.0.0.1:${port}`
    const psql = (text: string) =>
      execFileSync(find('psql') ?? '', [server.url, '-Atc', text], { encoding: 'utf8' }).trim()
    psql(`CREATE ROLE ada LOGIN PASSWORD 'right one'`)
    psql('CREATE DATABASE shop')
    const rules = psql('SHOW hba_file')
    writeFileSync(
      rules,
      `host all lutra all trust\nhostnossl all eve all reject\nhost all all all scram-sha-256\n${readFileSync(rules, 'utf8')}`,
    )
    psql('SELECT pg_reload_conf()')
    const ada = `postgres://ada:right%20one@${at}`
    assert.deepEqual(await told(`${ada}/new%20shop`), [
      `error: PostgreSQL at ${at} has no database "new shop"`,
      `Create it, as a role that may: createdb -h 127.0.0.1 -p ${port} -U postgres -O ada 'new shop'`,
    ])
    assert.match((await told(ada)).join('\n'), /no database "ada", which it takes as the URL names/)
    assert.deepEqual(await told(`postgres://ada:hunter2@${at}/shop`), [
      `error: PostgreSQL at ${at} refuses the user "ada" with this password`,
      'Correct them in the URL; what is special in a password is percent-encoded there, @ as %40',
    ])
    assert.match((await told(`${ada}/shop`))[1] ?? '', /GRANT .+ ON DATABASE shop TO ada$/)
    assert.match((await told(`postgres://eve:hunter2@${at}/shop`))[1] ?? '', /\?sslmode=require$/)
    assert.deepEqual(await told(`${ada}/shop?sslmode=require`), [
      `error: PostgreSQL at ${at} does not speak TLS, which the URL asks for`,
      'Switch it on there (ssl = on), or take sslmode out of the URL where the way there is safe',
    ])
    psql('GRANT CREATE ON DATABASE shop TO ada')
    const { code, stderr } = await lutra(['store', 'check', `${ada}/shop`])
    assert.equal(code, 0, stderr)
  } finally {
    await server.stop()
  }
})

test('Redis: what is wrong with the user, the database and TLS', async (t) => {
  const server = await startRedis()
  if (!server) return skip(t, 'Redis')
  try {
    const { host: at, port } = new URL(server.url)
    assert.match((await told(`${server.url}/shop`))[0] ?? '', /has no database "shop"$/)
    assert.match((await told(`${server.url}/99`))[1] ?? '', /numbers/)
    assert.deepEqual(await told(`rediss://${at}`), [
      `error: ${at} does not answer in TLS, which rediss:// asks for`,
      'Switch it on there (tls-port), or write redis:// where the way there is safe',
    ])
    execFileSync(find('redis-cli') ?? '', ['-p', port, 'config', 'set', 'requirepass', 'right'])
    assert.match((await told(`redis://:hunter2@${at}`))[0] ?? '', /refuses this user with this/)
    assert.match((await told(server.url))[0] ?? '', /wants a password$/)
  } finally {
    await server.stop()
  }
})

test('PGlite: a folder that is a file, or cannot be made', async () => {
  const [, file] = await told(`file:${import.meta.filename}`)
  assert.equal(file, 'PGlite keeps what it stores in a folder: name one')
  const [, below] = await told(`file:${import.meta.filename}/data`)
  assert.equal(below, 'Name a folder that this user may make and write')
})

function skip(t: TestContext, name: string): void {
  if (process.env['CI']) assert.fail(`${name} is not installed`)
  t.skip(`${name} is not installed`)
}

test('what an engine says of itself stays in its line', async () => {
  const fields = ['SFATAL', 'CXX000', 'Mno\nerror: everything holds\r\nthat it should', ''].join(
    '\0',
  )
  const body = Buffer.from(`${fields}\0`)
  const head = Buffer.alloc(5, 'E')
  head.writeInt32BE(body.length + 4, 1)
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.concat([head, body])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const { stderr } = await lutra(['store', 'check', '-t', '2', `postgres://127.0.0.1:${port}/x`])
    assert.match(stderr, /^error: .*no error: everything holds that it should/)
  } finally {
    server.close()
  }
})
