import { existsSync } from 'node:fs';
import path from 'node:path';
import { CommandProblem, exitCodes, onlyArgument, parseWords } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';
import { sandboxDirectory } from '../sandbox-directory.ts';
import { checkProject } from './check-project.ts';
import { partLines } from './check-report.ts';

await runProgram('check', async (words) => {
  const { values, positionals } = parseWords({
    args: words,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const directory = path.resolve(onlyArgument('DIR', positionals));
  if (!existsSync(path.join(directory, 'package.json'))) {
    throw new CommandProblem(
      exitCodes.invalidData,
      `${directory} has no package.json; choose the folder of a provider`,
    );
  }
  const parts = await checkProject(directory, sandboxDirectory, (part) => {
    if (!values.json) process.stdout.write(`${partLines(part).join('\n')}\n`);
  });
  const failures = parts.filter(({ outcome }) => outcome === 'failed').length;
  const warnings = parts.flatMap((part) => part.warnings).length;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ passed: failures === 0, failures, warnings, parts })}\n`
      : `\n${failures === 0 ? 'Ready to pack' : `${failures} failed`}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}\n`,
  );
  return failures === 0 ? 0 : exitCodes.failed;
});
