import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { StateFolder } from './state-folder.ts';

it('keeps the last of the heads that are written at once, and fails none', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'state-folder-'));
  const [one, other] = [await StateFolder.open(directory), await StateFolder.open(directory)];
  const head = (sequence: number) => ({ epoch: 0, sequence, hash: 'a'.repeat(64) });
  const sequences = Array.from({ length: 20 }, (_, index) => index + 1);
  await Promise.all(sequences.flatMap((sequence) => [one, other].map((folder) => folder.writeHead(head(sequence)))));
  expect(await one.readHead()).toEqual(head(20));
  expect(await readdir(directory)).toEqual(['head.json']);
  await rm(directory, { recursive: true });
});
