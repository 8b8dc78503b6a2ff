import { describe, expect, it } from '@jest/globals'
import { withPlainKeys } from '../../deploy/plain-schema-keys.ts'

describe("the SDK's schemas", () => {
  it('get the string in the place of a computed key', () => {
    expect(withPlainKeys('const _xN = "item";\nexport var A$ = [0, { [_xN]: _xN, [_xN]: 1 }];')).toBe(
      'const _xN = "item";\nexport var A$ = [0, { "item": _xN, "item": 1 }];',
    )
  })

  it('keep a key whose constant is not a plain string', () => {
    const source =
      'const _a = compute();\nconst _b = "say \\"b\\"";\nexport var A$ = { [_a]: 1, [_b]: 2, [_c]: 3 };'
    expect(withPlainKeys(source)).toBe(source)
  })
})
