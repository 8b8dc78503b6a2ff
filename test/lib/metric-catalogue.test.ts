import { readFileSync } from 'node:fs'

import { describe, expect, it } from '@jest/globals'

import { metricCatalogue } from '../../lib/metric-catalogue.ts'

const documentation = readFileSync('docs/metrics.md', 'utf8')

describe('the catalogue of metrics', () => {
  it.each(Object.entries(metricCatalogue))(
    '%s stands in docs/metrics.md as it is published',
    (name, metric) => {
      const dimensions = metric.dimensions.map((dimension) => `\`${dimension}\``).join(', ')
      expect(documentation).toContain(`| \`${name}\` | ${metric.unit} | ${dimensions} | ${metric.meaning} |`)
    },
  )
})
