import { readFile } from 'node:fs/promises';
import { detectIsolation, IsolationError } from '@secret-store/plugin-host';
import { CommandProblem, exitCodes } from '@secret-store/command-line';
import { DiagnosisLog, sourceMapBeside } from '../diagnosis/diagnosis-log.ts';
import { runProgram } from '../run-program.ts';
import { sandboxDirectory } from '../sandbox-directory.ts';
import { type ConformanceSettings, conformanceSettings } from './settings/conformance-settings.ts';
import { checkLines, introductionLines, leftoverLines, reportObject, summaryLine } from './report/conformance-words.ts';
import { hideCredentials } from './report/hide-credentials.ts';
import { openModule } from './open-module.ts';
import { runConformance } from './running/run-conformance.ts';
import { startProblem } from './start-problem.ts';

const main = async (words: string[]): Promise<number> => {
  const settings = conformanceSettings(words, process.env);
  const log = settings.showErrors ? new DiagnosisLog(sourceMapBeside(settings.file)) : undefined;
  try {
    return await run(settings, log);
  } catch (error) {
    // what was not told with a check: why the plugin does not start
    for (const line of log?.take() ?? []) process.stderr.write(`${line}\n`);
    throw error;
  }
};

const run = async (settings: ConformanceSettings, log: DiagnosisLog | undefined): Promise<number> => {
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
    diagnosis: log?.diagnosis,
  });
  print(...introductionLines(module, factoryClassName, isolation));
  print(
    ...undeclared.map((key) => `note: the module does not declare the configuration key ${key}; check the spelling`),
    '',
  );
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  // the reader is gone: what was stored is still deleted
  process.stdout.on('error', () => stop.abort());
  const { backendConfiguration, workerConfiguration } = settings;
  const sides = { module, factoryClassName, backendConfiguration, workerConfiguration, isolation, sandboxDirectory };
  const found = await runConformance({
    ...sides,
    log,
    checks: settings.checks,
    bail: settings.bail,
    onCheck: (result) => print(...checkLines(result)),
    signal: stop.signal,
  });
  const leftovers = hideCredentials(found.leftovers, sides);
  const report = { ...found, leftovers };
  print('', ...leftoverLines(leftovers), summaryLine(report, performance.now() - started));
  if (settings.json)
    process.stdout.write(`${JSON.stringify(reportObject(module, factoryClassName, isolation, report))}\n`);
  if (stop.signal.aborted) return exitCodes.interrupted;
  return report.checks.some(({ outcome }) => outcome === 'failed') ? exitCodes.failed : 0;
};

const contentOf = (file: string): Promise<Buffer> =>
  readFile(file).catch((cause: unknown) => {
    throw new CommandProblem(exitCodes.usage, `${file} cannot be read; choose a file that pack-plugin wrote`, {
      cause,
    });
  });

await runProgram('conformance', (words) =>
  main(words).catch((error: unknown) => {
    if (error instanceof IsolationError)
      throw new CommandProblem(exitCodes.configuration, error.message, { cause: error });
    throw startProblem(error) ?? error;
  }),
);
