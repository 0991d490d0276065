// vitest and vite name, as optional peers, packages that some of ours use for other ends. Left as they are, each such package would get a
// copy of vitest of its own, and tests that load a helper from elsewhere would not find their runner.
const NOT_PEERS = { vitest: ['jsdom'], vite: ['yaml'] }

function readPackage(manifest) {
  for (const name of NOT_PEERS[manifest.name] ?? []) {
    delete manifest.peerDependencies?.[name]
    delete manifest.peerDependenciesMeta?.[name]
  }
  return manifest
}

module.exports = { hooks: { readPackage } }
