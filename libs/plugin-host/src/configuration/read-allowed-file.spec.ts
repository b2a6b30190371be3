import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maximumFileBytes, readAllowedFile } from './read-allowed-file.ts';

const token = 'a-token-of-a-service-account';
let directory: string;
let root: string;

const at = (name: string) => path.join(root, name);
const read = (file: string, roots: readonly string[] = [root]) => readAllowedFile(file, roots);

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'file-roots-'));
  root = path.join(directory, 'allowed');
  mkdirSync(root);
  mkdirSync(path.join(directory, 'allowed-not'));
  writeFileSync(at('token'), `${token}\n`);
  writeFileSync(path.join(directory, 'outside'), 'of nobody');
  writeFileSync(path.join(directory, 'allowed-not/token'), 'of nobody');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a file under an allowed folder', () => {
  test('is read without the newline at its end', async () => {
    expect(await read(at('token'))).toBe(token);
    writeFileSync(at('windows'), `a\nb\r\n`);
    expect(await read(at('windows'))).toBe('a\nb');
  });

  test('is read through the links with which Kubernetes replaces it, before and after a replacement', async () => {
    const publish = (generation: string, content: string) => {
      mkdirSync(at(generation));
      writeFileSync(at(`${generation}/rotating`), content);
      symlinkSync(generation, at('..data_tmp'));
      renameSync(at('..data_tmp'), at('..data'));
    };
    publish('..2026_01', 'first');
    symlinkSync('..data/rotating', at('rotating'));
    expect(await read(at('rotating'))).toBe('first');
    publish('..2026_02', 'second');
    expect(await read(at('rotating'))).toBe('second');
  });

  test('may be named through a link to the folder itself, in the path or in the setting', async () => {
    const link = path.join(directory, 'link');
    symlinkSync(root, link);
    expect(await read(path.join(link, 'token'), [link])).toBe(token);
    expect(await read(at('token'), [link])).toBe(token);
    expect(await read(at('token'), [`${root}/`])).toBe(token);
  });

  test('may have 64 KiB and no more', async () => {
    writeFileSync(at('full'), 'x'.repeat(maximumFileBytes));
    expect(await read(at('full'))).toHaveLength(maximumFileBytes);
    writeFileSync(at('over'), 'x'.repeat(maximumFileBytes + 1));
    await expect(read(at('over'))).rejects.toMatchObject({ problem: 'too-large' });
  });
});

describe('is refused as outside', () => {
  test.each([
    ['another file', () => path.join(directory, 'outside')],
    ['a folder whose name begins alike', () => path.join(directory, 'allowed-not/token')],
    ['a way up and out', () => `${root}/../outside`],
    ['a relative path', () => 'token'],
    ['the folder itself', () => root],
    ['nothing', () => ''],
    ['a file that does not exist elsewhere', () => '/no/such/file'],
  ])('%s', async (_what, file) => {
    await expect(read(file())).rejects.toMatchObject({ problem: 'outside' });
  });

  test.each([
    ['a link', 'out', '../outside', 'out'],
    ['a link to a folder', 'up', '..', 'up/outside'],
    ['a link to a device', 'device', '/dev/zero', 'device'],
    ['a link to our own environment', 'environ', '/proc/self/environ', 'environ'],
  ])('%s that leads out of the folder', async (_what, name, target, file) => {
    symlinkSync(target, at(name));
    await expect(read(at(file))).rejects.toMatchObject({ problem: 'outside' });
  });

  test('everything, if no folder is allowed, or the folder is missing or not absolute', async () => {
    for (const roots of [[], [path.join(directory, 'missing')], ['allowed'], ['']]) {
      await expect(read(at('token'), roots)).rejects.toMatchObject({ problem: 'outside' });
    }
  });
});

describe('anything but a text file is refused without waiting for it', () => {
  test('a FIFO that nobody writes to', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    await expect(read(at('fifo'))).rejects.toMatchObject({ problem: 'not-a-file' });
  });

  test('a folder', async () => {
    mkdirSync(at('folder'));
    await expect(read(at('folder'))).rejects.toMatchObject({ problem: 'folder' });
  });

  test.each([
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff])],
    ['a zero byte', Buffer.from('a\0b')],
  ])('%s', async (_what, content) => {
    writeFileSync(at('binary'), content);
    await expect(read(at('binary'))).rejects.toMatchObject({ problem: 'not-text' });
  });

  test.each([
    ['nothing', 'missing'],
    ['token/below', 'missing'],
    ['loop', 'unreadable'],
    ['zero\0byte', 'unreadable'],
  ])('a path that leads nowhere: %j', async (name, problem) => {
    symlinkSync('loop', at('loop'));
    await expect(read(at(name))).rejects.toMatchObject({ problem });
  });
});

test('a refusal contains neither the path nor the content of the file', async () => {
  writeFileSync(at('named-secretly'), `${token}\0`);
  for (const file of [at('named-secretly'), at('named-secretly-and-missing'), path.join(directory, 'named-secretly')]) {
    const error = await read(file).catch((caught: unknown) => caught);
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(said).not.toMatch(/named-secretly|a-token/);
  }
});

test('a folder on the path that is replaced by a link again and again never leads to a file outside', async () => {
  mkdirSync(path.join(directory, 'elsewhere'));
  writeFileSync(path.join(directory, 'elsewhere/token'), 'of nobody');
  mkdirSync(at('swapped'));
  writeFileSync(at('swapped/token'), token);
  symlinkSync('../elsewhere', at('link'));
  const swap = `
    const { renameSync } = require('node:fs');
    for (;;) for (const [from, to] of [['swapped', 'aside'], ['link', 'swapped'], ['swapped', 'link'], ['aside', 'swapped']]) {
      renameSync(${JSON.stringify(root)} + '/' + from, ${JSON.stringify(root)} + '/' + to);
    }`;
  const swapping = new Worker(swap, { eval: true });
  await once(swapping, 'online');
  const answers = new Set<string>();
  try {
    for (let round = 0; round < 1500; round += 1) answers.add(await read(at('swapped/token')).catch(() => 'refused'));
  } finally {
    await swapping.terminate();
  }
  // both outcomes occurred, so the race took place
  expect([...answers].toSorted()).toEqual([token, 'refused']);
});
