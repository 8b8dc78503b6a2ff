// Loaded with `node --import`: changes the product's sources while they are loaded, as the environment says.
import { registerHooks } from 'node:module'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'

import { controls, crashMutations, mutations } from './mutations.js'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const changes = { ...mutations, ...crashMutations, ...controls }[env['EBBTIDE_BROKEN'] ?? '']
if (changes === undefined)
  throw new Error(`there is nothing to break that is called ${env['EBBTIDE_BROKEN']}`)

const changed = (source, { file, find, replace }) => {
  const parts = source.split(find)
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${find}`)
  return parts.join(replace)
}

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    const ofFile = changes.filter(({ file }) => url === `file://${root}${file}`)
    if (ofFile.length === 0 || loaded.source === undefined) return loaded
    return { ...loaded, source: ofFile.reduce(changed, loaded.source.toString()) }
  },
})
