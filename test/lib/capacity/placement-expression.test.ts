import { describe, expect, it } from '@jest/globals'

import { evaluate, parseExpression } from '../../../lib/capacity/placement-expression.ts'

const attributes = {
  'ecs.availability-zone': 'eu-west-1a',
  'ecs.instance-type': 'm6g.large',
  stack: 'prod',
  flag: '',
}

const judge = (text: string): boolean | undefined => {
  const parsed = parseExpression(text)
  if (parsed.kind === 'unmodelled') throw new Error(parsed.what)
  return evaluate(parsed.expression, attributes)
}

describe('a placement expression', () => {
  it.each([
    ['attribute:stack == prod', true],
    ['attribute:stack equals prod', true],
    ['attribute:stack == test', false],
    ['attribute:stack != test', true],
    ['attribute:stack not_equals prod', false],
    ['attribute:ecs.availability-zone in [eu-west-1a, eu-west-1b]', true],
    ['attribute:ecs.availability-zone in [eu-west-1c]', false],
    ['attribute:ecs.availability-zone !in [eu-west-1b,eu-west-1c]', true],
    ['attribute:ecs.availability-zone not_in [eu-west-1a]', false],
    ['attribute:flag exists', true],
    ['attribute:other exists', false],
    ['attribute:other !exists', true],
    ['attribute:other not_exists', true],
    ['attribute:flag !exists', false],
    ['attribute:stack == prod and attribute:flag exists', true],
    ['attribute:stack == prod && attribute:other exists', false],
    ['attribute:stack == test or attribute:flag exists', true],
    ['attribute:stack == test || attribute:other exists', false],
    ['not(attribute:stack == test)', true],
    ['!(attribute:stack == prod)', false],
    ['not attribute:other exists', true],
    ['(attribute:stack == test or attribute:stack == prod) and attribute:flag exists', true],
    ['attribute:stack == test or (attribute:stack == prod and attribute:other exists)', false],
    ['attribute:a exists or attribute:b exists or attribute:stack exists', true],
    ['attribute:stack==prod', true],
    ['attribute:stack!=prod', false],
    ['attribute:stack in[test,prod]&&attribute:flag exists', true],
    ['!(attribute:stack==test)&&(attribute:flag exists||attribute:other exists)', true],
    ['attribute:stack in [test, prod] and attribute:other exists', false],
    ['not attribute:other exists and attribute:flag exists', true],
    ['(attribute:flag exists) and attribute:other exists', false],
    ['attribute:flag exists and attribute:stack exists and attribute:other exists', false],
  ])('%s is %s', (text, expected) => {
    expect(judge(text)).toBe(expected)
  })

  it.each([
    ['attribute:other != prod', undefined],
    ['attribute:other !in [prod]', undefined],
    ['not(attribute:other != prod)', undefined],
    ['attribute:other != prod and attribute:stack == test', false],
    ['attribute:other != prod and attribute:stack == prod', undefined],
    ['attribute:other != prod or attribute:stack == prod', true],
    ['attribute:other == prod', false],
  ])('compares with an attribute that is not there as far as AWS says how: %s is %s', (text, expected) => {
    expect(judge(text)).toBe(expected)
  })

  it.each([
    ['task:group == service:web', 'task:group'],
    ['agentVersion >= 1.90', 'agentVersion'],
    ['attribute:ecs.instance-type =~ t2.*', 'attribute:ecs.instance-type =~'],
    ['attribute:cpus > 4', 'attribute:cpus >'],
    ['attribute:a exists and attribute:b exists or attribute:c exists', 'or in '],
    ['(attribute:a exists', 'an open parenthesis'],
    ['attribute:a == ', 'the argument of attribute:a =='],
    ["attribute:a == 'quoted value'", 'the argument of attribute:a =='],
    ['attribute:a in eu-west-1a', 'the argument of attribute:a in'],
    ['attribute:a in [one two]', 'the argument of attribute:a in'],
    ['attribute:a in []', 'the argument of attribute:a in'],
    ['attribute:a in [one,]', 'the argument of attribute:a in'],
    ['attribute:a == one two', 'two in '],
    ['', 'an expression that ends too soon'],
    ['attribute:a exists and', 'an expression that ends too soon'],
    ['attribute:a exists and task:group == web', 'task:group'],
    ['attribute:a exists && attribute:b exists || attribute:c exists', '|| in '],
    ['not task:group == web', 'task:group'],
    ['(task:group == web)', 'task:group'],
    ['(attribute:a exists and attribute:b exists', 'an open parenthesis'],
    ['attribute:a exists)', ') in '],
    ['attribute:cpus >= 4', 'attribute:cpus >='],
    ['attribute:cpus <= 4', 'attribute:cpus <='],
    ['attribute:cpus < 4', 'attribute:cpus <'],
    ['attribute:a !~ b', 'attribute:a !~'],
    ['attribute:a ! b', 'attribute:a !b'],
    ['attribute:a', 'attribute:a '],
    ['attribute:a == (b)', 'the argument of attribute:a =='],
    ['attribute:a == "b"', 'the argument of attribute:a =='],
    ['attribute:a in [one, two', 'the argument of attribute:a in'],
    ['attribute:a in (one, two]', 'the argument of attribute:a in'],
    ["attribute:a == o'neil", 'the argument of attribute:a =='],
    ['attribute:a in [one, two,', 'the argument of attribute:a in'],
    ['attribute:a in [one or two]', 'the argument of attribute:a in'],
    ['attribute:a in [one,,two]', 'the argument of attribute:a in'],
    ["attribute:a in [one, 'two']", 'the argument of attribute:a in'],
    ['attribute:a in [one, two] three', 'three in '],
    ['[] exists', '['],
  ])('names what is not modelled: %s', (text, what) => {
    const parsed = parseExpression(text)
    expect(parsed.kind).toBe('unmodelled')
    // What is left over is named with the whole.
    expect(parsed).toMatchObject({ what: what.endsWith(' in ') ? `${what}${text}` : what })
  })
})
