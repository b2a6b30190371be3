import { forwardSignals } from './launch/forward-signals.ts';
import { parseSuperviseArguments } from './running/parse-arguments.ts';
import { say } from './launch/say.ts';
import { CommandRun } from './running/command-run.ts';
import { prepareCommand } from './running/prepare-command.ts';
import { runProgram, sayUsage, type Signals } from './running/run-program.ts';
import { Supervisor } from './supervising/supervise.ts';

/** Many values that change together are one change. */
const quietMilliseconds = 250;

const supervise = async (words: readonly string[], signals: Signals): Promise<number> => {
  const asked = parseSuperviseArguments(words);
  if (typeof asked === 'string') return sayUsage(asked);
  const prepared = await prepareCommand(asked, import.meta.dirname);
  if (typeof prepared === 'string') return sayUsage(prepared);
  const supervisor = new Supervisor({
    rules: asked,
    createRun: (changed) =>
      new CommandRun(prepared, { kind: 'supervise', ...signals, follower: { changed, quietMilliseconds } }),
    say,
  });
  forwardSignals(signals.forwarded, (signal, hasCommand) => supervisor.heard(signal, hasCommand));
  return supervisor.supervise();
};

void runProgram(supervise);
