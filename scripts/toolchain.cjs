// Which Node this repository needs, and where `npm start` keeps the one that it fetched. CommonJS, because an old Node must be able to read it.
const path = require('node:path')

const NODE_MINIMUM = [24, 11]
const NODE_VERSION = '24.21.0'
const TOOLCHAIN = path.resolve(__dirname, '..', '.cache', 'toolchain')

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1])
}

/** Where a package of the registry is kept: `<name>@<version>` gets a folder of its own. */
function folderOf(spec) {
  return path.join(TOOLCHAIN, spec.replace(/[@/]/g, '-'))
}

const NODE_PACKAGE = `node-${process.platform}-${process.arch}`
const NODE_SPEC = `${NODE_PACKAGE}@${NODE_VERSION}`
/** The folder of the Node that was fetched, whether or not it was yet. */
const FETCHED_NODE = path.join(folderOf(NODE_SPEC), 'node_modules', NODE_PACKAGE, 'bin')

module.exports = { FETCHED_NODE, NODE_MINIMUM, NODE_SPEC, NODE_VERSION, folderOf, isNewEnough }
