import { forwardSignals } from './launch/forward-signals.ts';
import { parseArguments } from './running/parse-arguments.ts';
import { sayWhatIsClosed } from './launch/say-what-is-closed.ts';
import { CommandRun } from './running/command-run.ts';
import { prepareCommand } from './running/prepare-command.ts';
import { runProgram, sayUsage, type Signals } from './running/run-program.ts';

const exec = async (words: readonly string[], signals: Signals): Promise<number> => {
  const asked = parseArguments(words);
  if (typeof asked === 'string') return sayUsage(asked);
  const prepared = await prepareCommand(asked, import.meta.dirname);
  if (typeof prepared === 'string') return sayUsage(prepared);
  const run = new CommandRun(prepared, { kind: 'exec', ...signals });
  const answer = await run.open();
  if ('exitCode' in answer) return answer.exitCode;
  const received = forwardSignals(signals.forwarded, (signal, hasCommand) => {
    if (!hasCommand) run.signal(signal);
  });
  const result = await run.start(answer);
  sayWhatIsClosed(result, received);
  return result.exitCode;
};

void runProgram(exec);
