import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { fetchOutside } from './fetch-outside.ts';

it('an answer that switches to another protocol ends the request', async () => {
  const server = createServer((socket) =>
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    ),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const url = `http://127.0.0.1:${port}/`;
  await expect(fetchOutside(url, {}, { configured: url })).rejects.toThrow('The connection failed.');
  server.close();
});
