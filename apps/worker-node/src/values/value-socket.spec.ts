import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ExecStage, lines } from '../testing/exec-stage.ts';

const stage = new ExecStage('value-socket', '/var/tmp');
const flags = ['--socket'];

/** For Node: asks on the socket of the command, and prints status and body of each answer as a line. */
const client = `
  const http = require('node:http');
  const ask = (path, method = 'GET') => new Promise((resolve, reject) => http.request({ socketPath: process.env.SECRET_STORE_SOCKET, path, method }, (response) => {
    let text = ''; response.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => resolve([response.statusCode, JSON.parse(text)]));
  }).on('error', reject).end());
  const say = (content) => console.log(JSON.stringify(content));
  const events = (heard, headers = {}) => http.get({ socketPath: process.env.SECRET_STORE_SOCKET, path: '/v1/changes', headers }, (response) => {
    say([response.statusCode, response.headers['content-type']]);
    let text = ''; response.setEncoding('utf8').on('data', (chunk) => { text += chunk; const parts = text.split('\\n\\n'); text = parts.pop(); for (const part of parts) heard(part); });
  });
`;
const node = (script: string) => [process.execPath, '-e', `${client}(async () => {${script}})()`];
const parsed = (output: Buffer): unknown[] => lines(output).map((line): unknown => JSON.parse(line));

describe('the socket of a command', () => {
  test('serves the secrets of its algorithm, all or one, and says what is wrong with other questions', async () => {
    stage.change({ TOKEN: 'abc', MYSQL_PASSWORD: 'ünïcode\n' });
    const script = `
      for (const path of ['/v1/secrets', '/v1/secrets/TOKEN', '/v1/secrets/OTHER', '/v1/secrets/a/b', '/', '/v1/algorithms/demo/other/secrets', '/v1/secrets?owner=demo&name=other'])
        say(await ask(path));
      say(await ask('/v1/secrets', 'POST'));`;
    const { code, stdout, stderr } = await stage.exec(node(script), {}, flags);
    const all = {
      number: 2,
      secrets: { TOKEN: { value: 'abc', version: 2 }, MYSQL_PASSWORD: { value: 'ünïcode\n', version: 2 } },
    };
    const error = (status: number) => [status, { error: { code: status, message: expect.any(String) } }];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parsed(stdout)).toEqual([
      [200, all],
      [200, { value: 'abc', version: 2 }],
      ...[error(404), error(404), error(404), error(404)],
      [200, all],
      error(405),
    ]);
    // whatever the question, the worker is asked for the algorithm that exec was started for
    expect(
      new Set(stage.requests.map((line) => JSON.parse(line)).map(({ owner, name }) => `${owner}/${name}`)),
    ).toEqual(new Set(['demo/hello']));
  });

  test('tells changes as events, and then serves the new values', async () => {
    await stage.follow();
    stage.change({ TOKEN: 'one', OTHER: 'x' });
    const script = `
      const request = events(async (event) => {
        say(event);
        if (!event.startsWith('id')) return;
        say((await ask('/v1/secrets/TOKEN'))[1]);
        request.destroy();
      });`;
    const running = stage.start(node(script), {}, flags);
    await running.printed('":"');
    stage.change({ TOKEN: 'two', OTHER: 'x' });
    const { stdout } = await running.result;
    expect(parsed(stdout)).toEqual([
      [200, 'text/event-stream'],
      ':',
      'id: 3\ndata: {"number":3,"changed":["TOKEN"]}',
      { value: 'two', version: 3 },
    ]);
  });

  test('tells a reader that was away what it missed, by the id of the last event that it had', async () => {
    await stage.follow();
    const script = `
      let first = events((event) => {
        say(event);
        if (!event.includes('"number":3')) return;
        events((missed) => { say(missed); if (missed.startsWith('id')) process.exit(); }, { 'last-event-id': '1' });
      });`;
    const running = stage.start(node(script), {}, flags);
    await running.printed('":"');
    stage.change({ A: '1' });
    stage.change({ A: '2', B: '1' });
    const { stdout } = await running.result;
    expect(parsed(stdout).at(-1)).toBe('id: 3\ndata: {"number":3,"changed":["MYSQL_PASSWORD","A","B"]}');
  });

  test.each([
    [69, 503],
    [77, 403],
    [78, 503],
  ] as const)(
    'answers a refusal of the worker (%i) with %i and its sentence, and no value of before',
    async (code, status) => {
      await stage.follow();
      const running = stage.start(
        node(
          `say(await ask('/v1/secrets')); process.stdin.once('data', async () => { say(await ask('/v1/secrets')); process.exit(); })`,
        ),
        {},
        flags,
      );
      await running.printed('200');
      stage.answer = { exitCode: code, message: 'the reason' };
      running.child.stdin?.write('\n');
      const { stdout } = await running.result;
      expect(parsed(stdout).at(-1)).toEqual([status, { error: { code: status, message: 'the reason' } }]);
    },
  );

  test('goes on after a restart of the worker', async () => {
    await stage.follow();
    const script = `events((event) => { say(event); if (event.startsWith('id')) process.exit(); });`;
    const running = stage.start(node(script), {}, flags);
    await running.printed('":"');
    await stage.daemon?.close();
    stage.change({ MYSQL_PASSWORD: 'the next' });
    await stage.follow();
    const { stdout } = await running.result;
    expect(parsed(stdout).at(-1)).toBe('id: 2\ndata: {"number":2,"changed":["MYSQL_PASSWORD"]}');
  });
});

describe('nobody else reaches the socket', () => {
  const connect = `require('node:net').connect(process.argv[1]).on('connect', () => process.exit(0)).on('error', (error) => { console.log(error.code); process.exit(1); })`;

  test('neither the command of another algorithm, nor another user, nor anybody by its name', async () => {
    const running = stage.start(
      ['sh', '-c', 'echo "$SECRET_STORE_SOCKET"; stat -c "%a %F" "$SECRET_STORE_SOCKET"; echo ready; read line'],
      {},
      flags,
    );
    await running.printed('ready');
    const other = await stage.exec([process.execPath, '-e', connect, '/dev/secret-store/socket']);
    expect(lines(other.stdout)).toEqual(['ENOENT']);
    const withItsOwn = await stage.exec(node(`say(await ask('/v1/secrets'))`), {}, flags);
    expect(withItsOwn.code).toBe(0);
    expect(existsSync('/dev/secret-store')).toBe(false);
    running.child.stdin?.end('\n');
    const { stdout } = await running.result;
    expect(lines(stdout).slice(0, 2)).toEqual(['/dev/secret-store/socket', '600 socket']);
  });

  test('without a sandbox there is none: 78, and the command is not started', async () => {
    const environment = { ...stage.environment(), PATH: '/nowhere' };
    const { code, stdout } = await stage.exec(['/bin/echo', 'started'], { environment }, flags);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 78, stdout: '' });
  });
});

test('the environment has the values beside the socket, and with --files it has none of them', async () => {
  const { stdout } = await stage.exec(['env'], {}, [...flags, '--files']);
  expect(lines(stdout)).toEqual(
    expect.arrayContaining([
      'SECRET_STORE_SOCKET=/dev/secret-store/socket',
      'SECRET_STORE_FILES=/dev/secret-store/files',
    ]),
  );
  expect(stdout.toString()).not.toContain('hunter2');
  const alone = await stage.exec(['env'], {}, flags);
  expect(alone.stdout.toString()).toContain('hunter2');
});
