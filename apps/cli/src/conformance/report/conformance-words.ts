import type { Isolation, PluginModule } from '@secret-store/plugin-host';
import type { CheckResult, ConformanceReport } from '../running/run-conformance.ts';

const fullIsolation = 'bubblewrap';

export const introductionLines = (module: PluginModule, factoryClassName: string, isolation: Isolation): string[] => [
  `${module.packageName} ${module.packageVersion}, ${factoryClassName}, interface ${module.manifest.interfaceVersion}`,
  `sha256 ${module.sha256}`,
  isolation.mode === fullIsolation
    ? `isolation: ${isolation.mode}, the full sandbox`
    : `isolation: ${isolation.mode}, NOT the full sandbox`,
  ...(isolation.warning === '' ? [] : [`warning: ${isolation.warning}`]),
];

const missing: Partial<Record<string, string>> = {
  existing: 'needs a secret that already exists in the vault',
};

export const checkLine = (result: CheckResult): string => {
  switch (result.outcome) {
    case 'passed':
      return `✓ ${result.name}`;
    case 'ruled-out':
      return `– ${result.name} (ruled out: ${missing[result.ruledOutBy] ?? `does not offer ${result.ruledOutBy}`})`;
    case 'failed':
      return `✗ ${result.name}: ${result.reason}`;
  }
};

export const leftBehindLines = (providerKeys: readonly string[]): string[] =>
  providerKeys.length === 0
    ? []
    : [
        `The suite could not delete ${providerKeys.length} of its secrets. Delete them from the vault:`,
        ...providerKeys.map((key) => `  ${printable(key)}`),
      ];

export const summaryLine = (checks: readonly CheckResult[], milliseconds: number): string => {
  const { passed, ruledOut, failed } = countsOf(checks);
  return `${passed} passed, ${ruledOut} ruled out, ${failed} failed, in ${(milliseconds / 1000).toFixed(1)} s`;
};

const countsOf = (checks: readonly CheckResult[]) => {
  const count = (outcome: CheckResult['outcome']) => checks.filter((check) => check.outcome === outcome).length;
  return { passed: count('passed'), ruledOut: count('ruled-out'), failed: count('failed') };
};

/** What `--json` prints. */
export const reportObject = (
  module: PluginModule,
  factoryClassName: string,
  isolation: Isolation,
  { checks, leftBehind }: ConformanceReport,
) => ({
  module: { name: module.packageName, version: module.packageVersion, sha256: module.sha256 },
  factoryClassName,
  isolation: { mode: isolation.mode, full: isolation.mode === fullIsolation, warning: isolation.warning },
  ...countsOf(checks),
  checks,
  leftBehind,
});

/** A provider key is text from a plugin, and a terminal obeys control characters. */
const printable = (text: string): string =>
  text.replace(/[^\x20-\x7E]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
