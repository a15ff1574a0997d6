import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, jwtVerify } from 'jose'
import { jwtSigner } from './key.ts'

const algorithms = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA']

for (const algorithm of algorithms) {
  test(`[EXT-02] A key for ${algorithm} signs as PEM, as JWK and as CryptoKey`, async () => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
    const named = algorithm === 'PS256' ? { algorithm } : {}
    const jwk = { ...(await exportJWK(privateKey)), kty: String((await exportJWK(privateKey)).kty) }
    for (const key of [await exportPKCS8(privateKey), jwk, privateKey]) {
      const signer = await jwtSigner(key, named)
      const jwt = await signer.sign({ iss: 'robot' })
      const { payload, protectedHeader } = await jwtVerify(jwt, publicKey)
      assert.equal(payload.iss, 'robot')
      assert.equal(protectedHeader.alg, signer.algorithm)
    }
  })
}

test('[EXT-02] A function signs with a key that it alone has', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const sign = async (bytes: Uint8Array) =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        privateKey,
        new Uint8Array(bytes),
      ),
    )
  const signer = await jwtSigner(sign, { algorithm: 'ES256', keyId: 'vault-1' })
  const { payload, protectedHeader } = await jwtVerify(await signer.sign({ sub: 'ü' }), publicKey)
  assert.equal(payload.sub, 'ü')
  assert.deepEqual(protectedHeader, { alg: 'ES256', typ: 'JWT', kid: 'vault-1' })
  await assert.rejects(jwtSigner(sign), /`algorithm`/)
})

test('The name of a key comes from its JWK, or from whoever gives it', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kty: 'EC', kid: 'mine' }
  const kid = async (keyId?: string) => {
    const signer = await jwtSigner(jwk, { keyId })
    return (await jwtVerify(await signer.sign({}), publicKey)).protectedHeader.kid
  }
  assert.equal(await kid(), 'mine')
  assert.equal(await kid('yours'), 'yours')
})

test('What is wrong with a key is said without showing it', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const pem = await exportPKCS8(privateKey)
  const jwk = { ...(await exportJWK(privateKey)), kty: 'EC' }
  const secret = 'MHcCAQEEIBkg'
  const wrong = (label: string) => `-----BEGIN ${label}-----\n${secret}\n-----END ${label}-----`
  const cases: readonly [unknown, RegExp, object?][] = [
    [secret, /no PEM/],
    [wrong('RSA PRIVATE KEY'), /"RSA PRIVATE KEY", not PKCS #8: convert it by/],
    [wrong('ENCRYPTED PRIVATE KEY'), /encrypted/],
    [wrong('PRIVATE KEY'), /damaged/],
    [await exportSPKI(publicKey), /"PUBLIC KEY"/],
    [pem, /cannot be used with RS256/, { algorithm: 'RS256' }],
    [{ ...jwk, d: undefined }, /public key, and a private one is needed/],
    [{ kty: 'oct', k: secret }, /shared secret/],
    [{ kty: 'EC', crv: 'secp256k1', d: secret }, /does not say its `alg`/],
    [{ ...jwk, d: secret }, /cannot be used with ES256/],
    [publicKey, /public, not private/],
    [undefined, /PEM string, a JWK, a CryptoKey or a function/],
  ]
  for (const [key, message, options] of cases) {
    await assert.rejects(
      jwtSigner(key as string, options),
      (error: Error) =>
        error instanceof TypeError &&
        message.test(error.message) &&
        !error.message.includes(secret),
      String(message),
    )
  }
})
