/*
 * The simulators' own certificate authority and the server certificate it signed.
 * The official clients send tokens over https only, so the simulators must speak TLS; nobody is asked to switch
 * verification off: clients trust `ca.pem` (NODE_EXTRA_CA_CERTS). What lies in the folder is reused while the server
 * certificate has a day left, so a restart does not cut off clients that trust the old authority.
 */
// @peculiar/x509 needs the polyfill loaded before itself.
import 'reflect-metadata'
import { randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

export interface CertificateBundle {
  /** PEM of the authority that clients must trust. */
  readonly ca: string
  /** PEM of the server certificate, valid for localhost, 127.0.0.1 and ::1. */
  readonly certificate: string
  /** PEM (PKCS#8) of the server's private key. */
  readonly key: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
const LIFETIME_DAYS = 825
const FILES = { ca: 'ca.pem', certificate: 'server.pem', key: 'server-key.pem' } as const

/** Makes a fresh authority and server certificate, in memory. The authority's key is thrown away at once. */
export async function createCertificates(now: number = Date.now()): Promise<CertificateBundle> {
  x509.cryptoProvider.set(webcrypto)
  const notBefore = new Date(now - DAY_MS)
  const notAfter = new Date(now + LIFETIME_DAYS * DAY_MS)
  const caKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const serverKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Rollcall simulators (local test authority)',
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: ca.subject,
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth], false),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey)
  return {
    ca: `${ca.toString('pem')}\n`,
    certificate: `${server.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  }
}

/** The bundle in `directory`: the one that is there while it is good, else a new one, written so that no reader sees half of it. */
export async function ensureCertificates({ directory, now = Date.now() }: { directory: string; now?: number }): Promise<CertificateBundle> {
  const present = await readBundle(directory)
  if (present !== undefined && isUsable({ bundle: present, now })) return present
  const bundle = await createCertificates(now)
  await mkdir(directory, { recursive: true })
  await writeAtomically({ path: join(directory, FILES.key), content: bundle.key, mode: 0o600 })
  await writeAtomically({ path: join(directory, FILES.certificate), content: bundle.certificate, mode: 0o644 })
  await writeAtomically({ path: join(directory, FILES.ca), content: bundle.ca, mode: 0o644 })
  return bundle
}

function isUsable({ bundle, now }: { bundle: CertificateBundle; now: number }): boolean {
  try {
    const ca = new X509Certificate(bundle.ca)
    const server = new X509Certificate(bundle.certificate)
    return server.checkIssued(ca) && server.verify(ca.publicKey) && server.validToDate.getTime() - now > DAY_MS
  } catch {
    // Unreadable PEM is the same as none: a new bundle replaces it.
    return false
  }
}

async function readBundle(directory: string): Promise<CertificateBundle | undefined> {
  try {
    const [ca, certificate, key] = await Promise.all([
      readFile(join(directory, FILES.ca), 'utf8'),
      readFile(join(directory, FILES.certificate), 'utf8'),
      readFile(join(directory, FILES.key), 'utf8'),
    ])
    return { ca, certificate, key }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function writeAtomically({ path, content, mode }: { path: string; content: string; mode: number }): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(temporary, content, { mode })
  await rename(temporary, path)
}

function serialNumber(): string {
  // A leading zero keeps the DER integer positive.
  return `0${randomBytes(15).toString('hex').slice(1)}`
}
