// `conformance FILE.tgz --factory NAME --config KEY=VALUE…`
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { detectIsolation, IsolationError } from '@secret-store/plugin-host';
import { ConformanceProblem, exitCodes } from './conformance-problem.ts';
import { conformanceSettings } from './settings/conformance-settings.ts';
import { checkLine, introductionLines, leftBehindLines, reportObject, summaryLine } from './report/conformance-words.ts';
import { hideCredentials } from './report/hide-credentials.ts';
import { openModule } from './open-module.ts';
import { runConformance } from './running/run-conformance.ts';
import { startProblem } from './start-problem.ts';

// built to dist/apps/cli
const sandboxDirectory = path.join(import.meta.dirname, '../../libs/plugin-host');

const main = async (): Promise<number> => {
  const settings = conformanceSettings(process.argv.slice(2), process.env);
  const print = (...lines: string[]) => {
    if (!settings.json) process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  };
  const started = performance.now();
  const isolation = await detectIsolation({ setting: settings.isolation, sandboxDirectory });
  const { module, factoryClassName, undeclared } = await openModule({
    bytes: await contentOf(settings.file),
    factoryClassName: settings.factoryClassName,
    backendConfiguration: settings.backendConfiguration,
    workerConfiguration: settings.workerConfiguration,
    isolation,
    sandboxDirectory,
  });
  print(...introductionLines(module, factoryClassName, isolation));
  print(...undeclared.map((key) => `note: the module does not declare the configuration key ${key}`), '');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  // nobody reads on: what was stored is deleted all the same
  process.stdout.on('error', () => stop.abort());
  const { backendConfiguration, workerConfiguration } = settings;
  const sides = { module, factoryClassName, backendConfiguration, workerConfiguration, isolation, sandboxDirectory };
  const { checks, leftBehind } = await runConformance({ ...sides, onCheck: (result) => print(checkLine(result)), signal: stop.signal });
  const report = { checks, leftBehind: hideCredentials(leftBehind, sides) };
  print('', ...leftBehindLines(report.leftBehind), summaryLine(report.checks, performance.now() - started));
  if (settings.json) process.stdout.write(`${JSON.stringify(reportObject(module, factoryClassName, isolation, report))}\n`);
  if (stop.signal.aborted) return interrupted;
  return report.checks.some(({ outcome }) => outcome === 'failed') ? exitCodes.failed : 0;
};

const interrupted = 130;

const contentOf = (file: string): Promise<Buffer> =>
  readFile(file).catch((cause: unknown) => {
    throw new ConformanceProblem(exitCodes.usage, `${file} cannot be read; name what pack-plugin wrote`, { cause });
  });

try {
  process.exitCode = await main();
} catch (error) {
  const problem = error instanceof IsolationError ? new ConformanceProblem(exitCodes.configurationRefused, error.message) : startProblem(error);
  if (problem === null) throw error;
  process.stderr.write(`${problem.message}\n`);
  process.exitCode = problem.exitCode;
}
