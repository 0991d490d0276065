// @peculiar/x509 cannot be loaded without it.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { directoryCall } from '@rollcall/provisioning/testing'
import { SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET } from '@rollcall/simulators'
import { expect, test } from 'vitest'
import { createGraphDirectory } from './create-graph-directory.ts'
import { GraphConfig } from './graph-config.ts'
import { startGraph } from './testing/start-graph.ts'

const TENANT = '5ca1ab1e-0000-4000-8000-000000000001'
const directoryFor = (env: Readonly<Record<string, string>>) =>
  createGraphDirectory(GraphConfig.parse({ GRAPH_DOMAIN: 'edu.example', ...env }))

test('a secret and a certificate together are a contradiction', () => {
  const env = {
    GRAPH_TENANT_ID: TENANT,
    GRAPH_CLIENT_ID: SIMULATED_CLIENT_ID,
    GRAPH_CLIENT_SECRET: 'x',
    GRAPH_CLIENT_CERTIFICATE_PATH: 'y.pem',
  }
  expect(() => directoryFor(env)).toThrowErrorMatchingInlineSnapshot(
    `[Error: GRAPH_CLIENT_SECRET and GRAPH_CLIENT_CERTIFICATE_PATH are both set; expected one of them, or neither for a managed identity.]`,
  )
})

test('a secret without a tenant or a client is refused at the start', () => {
  expect(() => directoryFor({ GRAPH_CLIENT_SECRET: SIMULATED_CLIENT_SECRET })).toThrowErrorMatchingInlineSnapshot(
    `[Error: A client secret or certificate needs GRAPH_TENANT_ID and GRAPH_CLIENT_ID; one of them is missing.]`,
  )
})

test("neither secret nor certificate means the machine's own identity", () => {
  expect(() => directoryFor({})).not.toThrow()
})

test('a certificate is as good as a secret', async () => {
  const { certificate, key } = await makeCertificate()
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-certificate-'))
  const graph = await startGraph({ clients: [{ clientId: SIMULATED_CLIENT_ID, secrets: [], certificate }] })
  try {
    const path = join(folder, 'client.pem')
    await writeFile(path, `${key}\n${certificate}\n`)
    const { GRAPH_CLIENT_SECRET: _, ...config } = graph.config({ GRAPH_CLIENT_CERTIFICATE_PATH: path })
    expect((await createGraphDirectory(config).checkAccess(directoryCall())).ok).toBe(true)
  } finally {
    await graph.simulator.close()
    await rm(folder, { recursive: true })
  }
})

async function makeCertificate(): Promise<{ certificate: string; key: string }> {
  x509.cryptoProvider.set(webcrypto)
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=rollcall test client',
    signingAlgorithm: algorithm,
    keys,
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}
