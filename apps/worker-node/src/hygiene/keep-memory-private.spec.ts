import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ExecStage } from '../testing/exec-stage.ts';
import { readCommandLine } from '../testing/read-command-line.ts';

const stage = new ExecStage('hygiene', '/var/tmp');

test.each(['exec', 'supervise'] as const)(
  'no memory of %s, of its sandbox or of its command is ever in a core dump',
  async (program) => {
    const command = ['sh', '-c', 'echo ready; read line'];
    const running = program === 'exec' ? stage.start(command) : stage.supervise(command);
    await running.printed('ready');
    const filters = readdirSync('/proc')
      .filter((name) => readCommandLine(name).includes('echo ready; read line'))
      .map((name) => readFileSync(`/proc/${name}/coredump_filter`, 'utf8').trim());
    running.child.stdin?.end('\n');
    await running.result;
    // exec, bubblewrap twice, and the command
    expect(filters).toEqual(Array.from({ length: 4 }, () => '00000000'));
  },
);

describe('Node, when it is started with', () => {
  test.each([
    '--heapsnapshot-signal=SIGUSR2',
    '--heapsnapshot-near-heap-limit=1',
    '--abort-on-uncaught-exception',
    '"--inspect=127.0.0.1:0"',
  ])('%s, runs no command: 78, and no file is written', async (option) => {
    const environment = { ...stage.environment(), NODE_OPTIONS: `--no-warnings ${option}` };
    const { code, stdout, stderr } = await stage.exec(['echo', 'started'], { environment });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toMatch(
      /secret-store: Node was started with --[a-z-]+, by which values could be read: remove it from NODE_OPTIONS\n$/,
    );
    expect(readdirSync(stage.elsewhere)).toEqual([]);
  });

  test('reports on signals and errors, writes none', async () => {
    const environment = {
      ...stage.environment(),
      NODE_OPTIONS: '--report-on-signal --report-signal=SIGUSR2 --report-on-fatalerror',
    };
    const running = stage.start(
      ['sh', '-c', "trap 'echo got it; exit' USR2; echo ready; while :; do read line; done"],
      { environment },
    );
    await running.printed('ready');
    running.child.kill('SIGUSR2');
    await running.printed('got it');
    await running.result;
    expect(readdirSync(stage.elsewhere)).toEqual([]);
  });
});
