import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createGraphDirectory, type GraphConfig, type GraphDirectory } from '@rollcall/graph'
import type { FoundSettings } from '@rollcall/scripts/connection-file'

/** The directory as the workers reach it. Nothing is sent before its first call. */
export async function openDirectory({ env, file }: FoundSettings, config: GraphConfig): Promise<GraphDirectory> {
  // Node reads NODE_EXTRA_CA_CERTS at its start only, and from its own environment.
  if (file !== null && env.NODE_EXTRA_CA_CERTS) await trust(env.NODE_EXTRA_CA_CERTS)
  return createGraphDirectory(config)
}

async function trust(file: string): Promise<void> {
  setDefaultCACertificates([...getCACertificates('default'), await readFile(file, 'utf8')])
}
