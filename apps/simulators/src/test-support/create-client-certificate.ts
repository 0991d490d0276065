import { webcrypto } from 'node:crypto'
// @peculiar/x509 needs the polyfill loaded before itself.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 }

/** A self-signed certificate of an application, and the key it signs its assertions with; both PEM. */
export async function createClientCertificate(): Promise<{ certificate: string; key: string }> {
  x509.cryptoProvider.set(webcrypto)
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
  const notAfter = new Date(Date.now() + 86_400_000)
  const signed = await x509.X509CertificateGenerator.createSelfSigned({ name: 'CN=client', keys, signingAlgorithm: RSA, notAfter })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: signed.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}
