import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { MovingPanel } from './moving-panel.ts';

it('moves the panel to a free port at each start, and tells where it is', async () => {
  const told: string[] = [];
  const panel = new MovingPanel((origin) => told.push(origin));
  const first = await panel.move();
  expect(await panel.origin).toBe(`http://127.0.0.1:${first}`);

  // while the panel is down, another program takes its port
  const other = createServer().listen(first, '127.0.0.1');
  await once(other, 'listening');
  const second = await panel.move();
  other.close();
  expect(second).not.toBe(first);
  expect(await panel.origin).toBe(`http://127.0.0.1:${second}`);
  expect(told).toEqual([`http://127.0.0.1:${first}`, `http://127.0.0.1:${second}`]);
});

it('has the next origin for those who ask while it moves', async () => {
  const panel = new MovingPanel(() => undefined);
  const moved = panel.move();
  const asked = panel.origin;
  expect(await asked).toBe(`http://127.0.0.1:${await moved}`);
});
