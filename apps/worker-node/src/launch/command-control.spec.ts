import { expect, test } from 'vitest';
import { CommandControl } from './command-control.ts';

test('a signal that comes while the command is not started yet waits for it, in its order', () => {
  const control = new CommandControl();
  const heard: string[] = [];
  control.signal('SIGHUP');
  control.signal('SIGTERM');
  control.kill();
  const process = { signal: (signal: string) => heard.push(signal), kill: () => heard.push('SIGKILL') };
  control.attach(process);
  expect(heard).toEqual(['SIGHUP', 'SIGTERM', 'SIGKILL']);
  control.signal('SIGINT');
  expect(heard).toHaveLength(4);
  control.attach(process);
  expect(heard).toHaveLength(4);
});
