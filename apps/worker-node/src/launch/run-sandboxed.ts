import { type ChildProcess, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandLine } from './command-line.ts';
import { type ForwardedSignal, forwardSignals } from './forward-signals.ts';
import { endingOf, type Ending } from './run-unconfined.ts';
import { type Pwd, sandboxArguments, travellingPwd } from './sandbox-arguments.ts';
import { sandboxedProcess } from './sandboxed-process.ts';

const statusDescriptor = 3;
const pollMilliseconds = 2;

export interface SandboxPrograms {
  readonly env: string;
  readonly bwrap: string;
}

/** Runs a command in namespaces of its own. `not-started`: this system does not let bubblewrap make them. */
export const runSandboxed = async (
  commandLine: CommandLine,
  programs: SandboxPrograms,
  hiddenDirectory: string,
): Promise<Ending | 'not-started'> => {
  const { environment, pwd } = travellingEnvironment(commandLine);
  const child = spawn(
    programs.env,
    sandboxArguments(
      { ...commandLine, ...programs, hiddenDirectory: realpathSync(hiddenDirectory), statusDescriptor },
      pwd,
    ),
    { env: environment, stdio: ['inherit', 'inherit', 'inherit', 'pipe'] },
  );
  const status = readStatus(child);
  forwardSignals((signal) => void deliver(signal, child, status, programs));
  const ending = await endingOf(child);
  // bwrap(1): `exit-code` is written once the command was started; 1 means that bubblewrap itself failed
  return !status.text.includes('"exit-code"') && ending.exitCode === 1 ? 'not-started' : ending;
};

/** bubblewrap sets PWD to the directory in which it starts the command. That is wrong in two cases. */
const travellingEnvironment = ({
  environment,
  secretNames,
}: CommandLine): { environment: Record<string, string>; pwd: Pwd } => {
  const { PWD, ...others } = environment;
  if (PWD === undefined) return { environment, pwd: 'unset' };
  if (!secretNames.has('PWD')) return { environment, pwd: 'ours' };
  return { environment: { ...others, [travellingPwd]: PWD }, pwd: 'secret' };
};

interface Status {
  text: string;
}

const readStatus = (child: ChildProcess): Status => {
  const status: Status = { text: '' };
  // `stdio` above makes this descriptor a pipe that we read.
  const stream = child.stdio[statusDescriptor] as Readable | null;
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    status.text += chunk;
  });
  return status;
};

/** Waits until the command can receive it, so a signal that arrives while the sandbox is being set up is not lost. */
const deliver = async (signal: ForwardedSignal, child: ChildProcess, status: Status, programs: SandboxPrograms) => {
  while (child.exitCode === null && child.signalCode === null) {
    const initId = Number(/"child-pid": (\d+)/.exec(status.text)?.[1]);
    const processId =
      initId > 0 ? sandboxedProcess(initId, [realpathSync(programs.env), realpathSync(programs.bwrap)]) : null;
    if (processId !== null) {
      signalProcess(processId, signal);
      return;
    }
    await delay(pollMilliseconds);
  }
};

const signalProcess = (processId: number, signal: ForwardedSignal): void => {
  try {
    process.kill(processId, signal);
  } catch {
    // It has just ended.
  }
};
