import { readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExecStage, lines } from './testing/exec-stage.ts';
import { readCommandLine } from './testing/read-command-line.ts';
import { runProgram } from './testing/run-program.ts';

/** Not in /tmp, which is the command's own. */
const stage = new ExecStage('exec-sandbox', '/var/tmp');

describe('where the command runs', () => {
  test('the data directory cannot be seen or written, not even through another name', async () => {
    const link = path.join(stage.elsewhere, 'link');
    symlinkSync(stage.dataDirectory, link);
    const { stdout } = await stage.exec([
      'sh',
      '-c',
      `ls -A "${stage.dataDirectory}"; ls -A "${link}/"; touch "${stage.dataDirectory}/x" 2>/dev/null || echo refused; cat "${link}/worker/pool-keys.json" 2>/dev/null; echo end`,
    ]);
    expect(stdout.toString()).toBe('refused\nend\n');
    expect(readdirSync(stage.dataDirectory)).toEqual(['worker']);
  });

  test('the data directory stays hidden when the setting is a symbolic link', async () => {
    const link = path.join(stage.elsewhere, 'link');
    symlinkSync(stage.dataDirectory, link);
    const { stdout } = await stage.exec(['ls', '-A', `${stage.dataDirectory}/`], {
      environment: { ...stage.environment(), SECRET_STORE_DATA_DIR: link },
    });
    expect(stdout.toString()).toBe('');
  });

  test('no other process can be seen', async () => {
    const { stdout } = await stage.exec([
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done',
    ]);
    for (const commandLine of lines(stdout)) expect(commandLine).not.toContain('vitest');
    expect(lines(stdout).length).toBeLessThanOrEqual(4);
  });

  test('it has no capability, cannot gain one, and cannot unmount what hides the data directory', async () => {
    const { stdout } = await stage.exec([
      'sh',
      '-c',
      `grep -E '^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)' /proc/self/status; umount ${stage.dataDirectory} 2>/dev/null; unshare --user --map-root-user --mount umount ${stage.dataDirectory} 2>/dev/null; ls -A ${stage.dataDirectory}`,
    ]);
    expect(lines(stdout)).toEqual([
      'CapPrm:\t0000000000000000',
      'CapEff:\t0000000000000000',
      'CapBnd:\t0000000000000000',
      'CapAmb:\t0000000000000000',
      'NoNewPrivs:\t1',
    ]);
  });

  test('user, mount and process namespaces are its own', async () => {
    const ours = ['user', 'mnt', 'pid'].map((kind) => `/proc/self/ns/${kind}`);
    const { stdout } = await stage.exec(['readlink', ...ours]);
    const before = await runProgram(
      '-e',
      [`for (const file of ${JSON.stringify(ours)}) console.log(fs.readlinkSync(file))`],
      { environment: {} },
    );
    const shared = lines(stdout).filter((name) => lines(before.stdout).includes(name));
    expect(lines(stdout)).toHaveLength(3);
    expect(shared).toEqual([]);
  });

  test('no value is on a command line, from the first moment to the last', async () => {
    const running = stage.start(['sh', '-c', 'echo ready; read line']);
    await running.printed('ready');
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(readCommandLine);
    running.child.stdin?.end('\n');
    await running.result;
    expect(commandLines.some((text) => text.includes('read line'))).toBe(true);
    expect(commandLines.filter((text) => text.includes('hunter2'))).toEqual([]);
  });
});
