/** A text of the product that is taken out, and what stands there instead. */
export interface Change {
  readonly file: string
  readonly find: string
  readonly replace: string
}

export const mutations: Readonly<Record<string, readonly Change[]>>
export const crashMutations: Readonly<Record<string, readonly Change[]>>
export const controls: Readonly<Record<string, readonly Change[]>>
export const promisesAtStake: Readonly<Record<string, readonly number[]>>
export const firstSeeds: Readonly<Record<string, number>>
