/** What a part of the check found. */
export interface CheckPart {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** what is wrong and how to fix it; for a skipped part, why */
  readonly problems: readonly string[];
  /** what may be wrong; it fails nothing */
  readonly warnings: readonly string[];
}

export const passed = (name: string, warnings: readonly string[] = []): CheckPart => ({
  name,
  outcome: 'passed',
  problems: [],
  warnings,
});

export const failed = (name: string, problems: readonly string[]): CheckPart => ({
  name,
  outcome: 'failed',
  problems,
  warnings: [],
});

export const skipped = (name: string, why: string): CheckPart => ({
  name,
  outcome: 'skipped',
  problems: [why],
  warnings: [],
});

const signs = { passed: '✓', failed: '✗', skipped: '–' } as const;

export const partLines = ({ name, outcome, problems, warnings }: CheckPart): string[] => [
  `${signs[outcome]} ${name}${outcome === 'skipped' ? ` (skipped: ${problems.join('; ')})` : ''}`,
  ...(outcome === 'skipped' ? [] : problems.map((problem) => `    ${problem}`)),
  ...warnings.map((warning) => `  warning: ${warning}`),
];
