import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { arrows } from './module-boundaries.mjs';

const root = path.resolve(import.meta.dirname, '../..');

const GraphFile = z.object({
  graph: z.object({
    nodes: z.record(z.string(), z.unknown()),
    dependencies: z.record(z.string(), z.array(z.object({ source: z.string(), target: z.string() }))),
  }),
});

describe('the project graph of nx', () => {
  let folder: string;
  let graph: z.infer<typeof GraphFile>['graph'];

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'project-graph-'));
    const file = path.join(folder, 'graph.json');
    execFileSync(path.join(root, 'node_modules/.bin/nx'), ['graph', `--file=${file}`], {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    ({ graph } = GraphFile.parse(JSON.parse(readFileSync(file, 'utf8'))));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const edges = () => {
    const projects = new Set(Object.keys(graph.nodes));
    return Object.values(graph.dependencies)
      .flat()
      .filter(({ source, target }) => source !== target && projects.has(target))
      .map(({ source, target }) => `${source} → ${target}`);
  };

  test('is not empty: without edges, builds and checks come from the cache although their sources changed', () => {
    expect(edges().length).toBeGreaterThan(Object.keys(arrows).length);
  });

  test('has exactly the arrows of the lint rule', () => {
    const allowed = Object.entries(arrows).flatMap(([from, to]) => to.map((name) => `${from} → ${name}`));
    expect([...new Set(edges())].toSorted()).toEqual(allowed.toSorted());
  });
});
