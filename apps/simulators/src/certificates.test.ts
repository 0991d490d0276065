import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureCertificates } from './certificates.ts'

const DAY_MS = 86_400_000

describe('ensureCertificates', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'simulator-certificates-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('makes a server certificate for localhost and 127.0.0.1 that its own authority signed', async () => {
    const { ca, certificate } = await ensureCertificates({ directory })
    const authority = new X509Certificate(ca)
    const server = new X509Certificate(certificate)
    expect(server.verify(authority.publicKey)).toBe(true)
    expect(server.checkHost('localhost')).toBe('localhost')
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(authority.ca).toBe(true)
    expect(server.ca).toBe(false)
  })

  it('keeps the key readable by its owner alone and leaves no temporary file', async () => {
    await ensureCertificates({ directory })
    const { mode } = await stat(join(directory, 'server-key.pem'))
    expect(mode & 0o777).toBe(0o600)
    expect((await readdir(directory)).sort()).toEqual(['ca.pem', 'server-key.pem', 'server.pem'])
  })

  it('reuses what is there, so that clients keep trusting it', async () => {
    const first = await ensureCertificates({ directory })
    expect(await ensureCertificates({ directory })).toEqual(first)
  })

  it('replaces a certificate with less than a day left, and one that is damaged', async () => {
    const first = await ensureCertificates({ directory })
    const renewed = await ensureCertificates({ directory, now: Date.now() + 825 * DAY_MS })
    expect(renewed.ca).not.toBe(first.ca)
    await writeFile(join(directory, 'server.pem'), 'not a certificate')
    expect((await ensureCertificates({ directory })).certificate).toContain('BEGIN CERTIFICATE')
  })
})
