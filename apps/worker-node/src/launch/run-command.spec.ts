import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import { CommandControl } from './command-control.ts';
import { runCommand } from './run-command.ts';
import { planMounts } from '../sandbox/plan-mounts.ts';
import { placesOf } from '../sandbox/sandbox-places.ts';
import { say } from './say.ts';

let code = '';

/** As Node's, on a machine that has none left: it tells so later, and for some codes has no streams. */
const failing = () => {
  const child = Object.assign(new EventEmitter(), { exitCode: null, signalCode: null });
  process.nextTick(() => child.emit('error', Object.assign(new Error('spawn'), { code, syscall: 'spawn env' })));
  return child;
};

vi.mock(import('node:child_process'), async (original) => ({
  ...(await original()),
  spawn: (() => failing()) as never,
}));
vi.mock(import('./say.ts'), () => ({ say: vi.fn() }));

vi.mock(import('../sandbox/plan-mounts.ts'), { spy: true });

beforeEach(() => vi.clearAllMocks());

const run = () =>
  runCommand(
    { command: 'true', commandArguments: [], environment: {}, secretNames: new Set() },
    {
      places: {
        ...placesOf({ home: undefined, installation: import.meta.dirname, dataDirectories: [], outOfSight: [] }),
        ...{ directory: '/', writable: [], visible: [], cache: null },
      },
      strict: true,
      searchPath: process.env['PATH'],
      forwarded: [],
      ignored: { names: new Set(), numbers: [] },
      control: new CommandControl(),
      ownFolder: null,
    },
  );

test.each([
  ['EMFILE', /open files.*ulimit -n/],
  ['ENFILE', /open files/],
  ['EAGAIN', /processes.*ulimit -u/],
  ['ENOMEM', /memory/],
])('a command that the machine cannot start now, with %s, is unavailable: that may pass', async (given, reason) => {
  code = given;
  expect(await run()).toEqual({ isStarted: false, exitCode: 69, plan: null });
  expect(vi.mocked(say).mock.calls).toEqual([[expect.stringMatching(reason)]]);
});

test.each(['ENOENT', 'EACCES'])(
  'only the start of a command says that it is not there, or not executable: not %s of a file',
  async (given) => {
    vi.mocked(planMounts).mockImplementationOnce(() => {
      throw Object.assign(new Error('stat'), { code: given, syscall: 'stat' });
    });
    expect(await run()).toEqual({ isStarted: false, exitCode: 126, plan: null });
    expect(vi.mocked(say).mock.calls).toEqual([[`true: could not be started (${given})`]]);
  },
);
