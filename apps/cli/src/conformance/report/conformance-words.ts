import type { Isolation, PluginModule } from '@secret-store/plugin-host';
import type { Leftovers } from '../running/left-behind.ts';
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

/** The line of a check, and below it what the plugin says of its failure. */
export const checkLines = (result: CheckResult): string[] => [
  checkLine(result),
  ...(result.outcome === 'failed' ? (result.errors ?? []).map((line) => `    ${line}`) : []),
];

const checkLine = (result: CheckResult): string => {
  switch (result.outcome) {
    case 'passed':
      return `✓ ${result.name}`;
    case 'ruled-out':
      return `– ${result.name} (ruled out: ${missing[result.ruledOutBy] ?? `does not offer ${result.ruledOutBy}`})`;
    case 'failed':
      return `✗ ${result.name}: ${result.reason}`;
  }
};

/** What to look for in the vault, by kind. */
export const leftoverLines = ({ providerKeys, undecided, unanswered, unknownKeys }: Leftovers): string[] => [
  ...listed(providerKeys, (count) => `The suite could not delete ${count} of its secrets. Delete them from the vault:`),
  ...listed(
    undecided,
    (count) =>
      `${count} creations were never answered, and could not be deleted. If the vault got the requests, look for them there:`,
  ),
  ...listed(
    unanswered,
    (count) =>
      `${count} creations were never answered and left nothing so far. If the vault is slow, look for them again later:`,
  ),
  ...listed(
    unknownKeys,
    (count) =>
      `${count} creations were never answered, and the provider has no identifierFor that names their keys. Look for these secret ids:`,
  ),
];

const listed = (names: readonly string[], title: (count: number) => string): string[] =>
  names.length === 0 ? [] : [title(names.length), ...names.map((name) => `  ${printable(name)}`)];

export const summaryLine = ({ checks, notRun }: ConformanceReport, milliseconds: number): string => {
  const { passed, ruledOut, failed, timedOut } = countsOf(checks);
  return [
    `${passed} passed`,
    `${ruledOut} ruled out`,
    `${failed} failed${timedOut === 0 ? '' : ` (${timedOut} timed out)`}`,
    ...(notRun === 0 ? [] : [`${notRun} not run`]),
    `in ${(milliseconds / 1000).toFixed(1)} s`,
  ].join(', ');
};

const countsOf = (checks: readonly CheckResult[]) => {
  const count = (outcome: CheckResult['outcome']) => checks.filter((check) => check.outcome === outcome).length;
  const timedOut = checks.filter((check) => check.outcome === 'failed' && check.timedOut).length;
  return { passed: count('passed'), ruledOut: count('ruled-out'), failed: count('failed'), timedOut };
};

/** What `--json` prints. */
export const reportObject = (
  module: PluginModule,
  factoryClassName: string,
  isolation: Isolation,
  { checks, notRun, leftovers }: ConformanceReport,
) => ({
  module: { name: module.packageName, version: module.packageVersion, sha256: module.sha256 },
  factoryClassName,
  isolation: { mode: isolation.mode, full: isolation.mode === fullIsolation, warning: isolation.warning },
  ...countsOf(checks),
  notRun,
  checks,
  leftBehind: [...leftovers.providerKeys, ...leftovers.undecided],
  unanswered: { providerKeys: leftovers.unanswered, secretIds: leftovers.unknownKeys },
});

/** A provider key is text from a plugin, and a terminal obeys control characters. */
const printable = (text: string): string =>
  text.replace(/[^\x20-\x7E]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
