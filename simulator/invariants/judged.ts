/**
 * What some promises were held against without an excuse. Where nothing of the kind ever happens, they are kept and prove
 * nothing.
 */
export type Judged =
  'removal judged' | 'victims judged' | 'moving tasks judged' | 'flapping judged' | 'metrics withheld'
