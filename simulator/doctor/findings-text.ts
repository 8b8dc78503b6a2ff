import { severities, type Severity } from '../../lib/decide/findings/catalogue.ts'
import type { Finding } from '../../lib/decide/findings/finding.ts'
import type { Colours } from '../view/colours.ts'
import { counted } from '../view/counted.ts'
import type { Patient } from './examination.ts'

/** The findings for people: what it is, what was found, why it matters, how it is mended. */
export const findingsText = (
  findings: readonly Finding[],
  { cluster, groups }: Patient,
  colours: Colours,
): readonly string[] => [
  `cluster ${cluster}, ${groups.length === 1 ? 'group' : 'groups'} ${groups.join(', ')}: ${summaryOf(findings)}`,
  ...findings.flatMap((finding) => ['', ...oneFinding(finding, colours)]),
]

const oneFinding = ({ severity, code, subject, found, why, fix }: Finding, colours: Colours) => [
  `${paint(severity, colours)}  ${code}  ${subject}`,
  `  found  ${found}`,
  `  why    ${why}`,
  `  fix    ${fix}`,
]

const paint = (severity: Severity, colours: Colours): string => {
  switch (severity) {
    case 'error':
      return colours.red(severity)
    case 'warning':
      return colours.yellow(severity)
    case 'note':
      return colours.dim(severity)
  }
}

const summaryOf = (findings: readonly Finding[]): string => {
  const parts = severities
    .map((severity) => ({ severity, count: countOf(findings, severity) }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => counted(count, severity))
  return parts.length === 0 ? 'nothing is wrong' : parts.join(', ')
}

export const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length
