import type { Attack, AttackGroup, AttackResult } from './attack.ts';

const metadata = ['169.254.169.254', 'fd00:ec2::254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '0.0.0.0', '::1'];
const hostConnected = ({ hostConnections }: AttackResult) => metadata.some((address) => hostConnections.has(address));

const ask = `
  const { hostname, port } = new URL(given.address);
  const host = hostname.replace(/^\\[|\\]$/g, '');
  await tell(net.connect({ host, port: port || 80 }), 'GET / HTTP/1.0\\r\\n\\r\\n');
  await tell(net.connect({ host, port: port || 80 }), 'GET / HTTP/1.0\\r\\n\\r\\n');
  throw new Error('closed without an answer');`;

const through = (name: string, address: string, resolvesTo?: Attack['resolvesTo']): Attack => ({
  name,
  source: ask,
  address,
  ...(resolvesTo && { resolvesTo }),
  succeeded: hostConnected,
  succeedsIn: [],
  refusal: /closed without an answer|ECONNRESET|EPIPE/,
});

/** Through its own egress, where the host decides: the same on every rung. */
export const cloudMetadata: AttackGroup = {
  title: 'Cloud metadata and this machine, through its own egress',
  attacks: [
    through('is configured with the address of the metadata service', 'http://169.254.169.254'),
    through('writes that address as a number', 'http://0xa9fea9fe'),
    through('is configured with its IPv6 address', 'http://[fd00:ec2::254]'),
    through('is configured with its address mapped to IPv6', 'http://[::ffff:169.254.169.254]'),
    through('has a name that resolves to the metadata service', 'http://vault.example.com', [
      ['169.254.169.254'],
      ['fd00:ec2::254'],
    ]),
    through('has a name that resolves to it in its mapped form', 'http://vault.example.com', [
      ['::ffff:169.254.169.254'],
      ['::ffff:a9fe:a9fe'],
    ]),
    through('has a name that resolves elsewhere at first, and then there (rebinding)', 'http://vault.example.com', [
      [],
      ['169.254.169.254'],
    ]),
    through('has a name with an allowed and a forbidden address', 'http://vault.example.com', [
      ['0.0.0.0', '169.254.169.254'],
      ['::1', 'fd00:ec2::254'],
    ]),
  ],
};
