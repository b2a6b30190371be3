import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { watchProgram } from '@secret-store/bundle';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtPrograms } from '../start/programs.ts';
import { backendEnvironment, panelEnvironment, readSettings } from '../start/settings.ts';
import { SupervisedProcess } from '../start/supervised-process.ts';
import { developmentPrograms, watchedPrograms } from './development-programs.ts';

const root = path.resolve(import.meta.dirname, '../..');
const program = `import { keyFileNames } from './sealing/index.ts';
process.send?.({ pid: process.pid, name: keyFileNames.recovery.recoveryFile });
setInterval(() => undefined, 1_000_000);
`;

interface Message {
  readonly pid: number;
  readonly name: string;
}

/** Below the checkout, where packages are found. */
let folder: string;
let closing: (() => Promise<unknown>)[];

beforeEach(async () => {
  closing = [];
  await mkdir(path.join(root, 'dist'), { recursive: true });
  folder = await mkdtemp(path.join(root, 'dist/dev-spec-'));
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const supervise = (file: string) => {
  const messages: Message[] = [];
  const givenUp: number[] = [];
  const running = new SupervisedProcess(
    {
      name: 'program',
      arguments: [file],
      cwd: folder,
      environment: async () => ({ PATH: process.env.PATH }),
      // what the program above sends
      onMessage: (message) => messages.push(message as Message),
    },
    () => undefined,
    (exitCode) => givenUp.push(exitCode),
  );
  running.start();
  closing.push(() => running.stop());
  return { running, messages, givenUp };
};

describe('a program in development', () => {
  it('runs a changed line of a library, and keeps the last build running while a change does not build', async () => {
    await cp(path.join(root, 'libs/sealing/src'), path.join(folder, 'sealing'), { recursive: true });
    await writeFile(path.join(folder, 'main.ts'), program);
    const line = path.join(folder, 'sealing/store/key-files.ts');
    const source = await readFile(line, 'utf8');
    expect(source).toContain("'recovery-file.json'");

    const outfile = path.join(folder, 'out/main.mjs');
    let failures = 0;
    let restart = (): void => undefined;
    const watching = await watchProgram(path.join(folder, 'main.ts'), outfile, {
      onChange: () => restart(),
      onFailure: () => (failures += 1),
    });
    closing.push(() => watching.stop());
    const { running, messages } = supervise(outfile);
    restart = () => running.restart();
    await expect.poll(() => messages.at(-1)?.name).toBe('recovery-file.json');

    await writeFile(line, source.replace('recovery-file.json', 'first-change.json'));
    await expect.poll(() => messages.at(-1)?.name).toBe('first-change.json');

    const { pid } = messages.at(-1) ?? {};
    await writeFile(line, `${source}\nconst unfinished = ;\n`);
    await expect.poll(() => failures).toBeGreaterThan(0);
    expect(messages.at(-1)?.pid).toBe(pid);
    expect(() => process.kill(Number(pid), 0)).not.toThrow();

    await writeFile(line, source.replace('recovery-file.json', 'second-change.json'));
    await expect.poll(() => messages.at(-1)?.name).toBe('second-change.json');
    expect(() => process.kill(Number(pid), 0)).toThrow();
  });

  it('starts again at the next change after it was given up', async () => {
    const file = path.join(folder, 'main.mjs');
    await writeFile(file, 'process.exit(78);\n');
    const { running, messages, givenUp } = supervise(file);
    await expect.poll(() => givenUp).toEqual([78]);
    await writeFile(
      file,
      "process.send({ pid: process.pid, name: 'fixed' });\nsetInterval(() => undefined, 1_000_000);\n",
    );
    running.restart();
    await expect.poll(() => messages.map(({ name }) => name)).toEqual(['fixed']);
  });
});

describe('development mode', () => {
  const settings = readSettings({ root, dataDirectory: '/data' }, {});
  const environmentOf = (programs: ReturnType<typeof builtPrograms>) =>
    backendEnvironment(settings, { SECRET_STORE_DEVELOPMENT: 'true' }, { databaseUrl: '', panelOrigin: '', programs });

  it('is for npm run dev alone: npm start does not pass it on', () => {
    expect(environmentOf(builtPrograms(root))).not.toHaveProperty('SECRET_STORE_DEVELOPMENT');
    expect(panelEnvironment({}, 1, builtPrograms(root)).NODE_ENV).toBe('production');
    expect(environmentOf(developmentPrograms(root))).toMatchObject({
      SECRET_STORE_DEVELOPMENT: 'true',
      NODE_ENV: 'production',
    });
  });

  it('writes nothing to the folders of builds', () => {
    for (const { outfile } of watchedPrograms) expect(outfile).toMatch(/^dist\/dev\//);
  });
});
