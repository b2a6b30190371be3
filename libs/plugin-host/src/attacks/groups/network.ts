import { arrivesAt, type AttackGroup } from './attack.ts';

const refusal = /EGRESS_REFUSED|this destination is not in the egress list/;

/** What a plugin tries that leaves the preload as it is: refused on every rung. */
export const preload: AttackGroup = {
  title: 'Other destinations, by Node’s own ways',
  attacks: [
    {
      name: 'connects to an unlisted port by net',
      source: `return tell(net.connect({ host: '127.0.0.1', port: given.tcpPort }), given.mark);`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'connects to an unlisted name by net',
      source: `return tell(net.connect(given.tcpPort, 'localhost'), given.mark);`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'connects to an unlisted port by tls',
      source: `return tell(require('node:tls').connect(given.tcpPort, '127.0.0.1', { rejectUnauthorized: false }), given.mark);`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'asks an unlisted server by http',
      source: `
        return new Promise((resolve, reject) => {
          require('node:http').get('http://127.0.0.1:' + given.tcpPort + '/' + given.mark, resolve).on('error', reject);
        });`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'asks an unlisted server by https',
      source: `
        return new Promise((resolve, reject) => {
          require('node:https').get('https://127.0.0.1:' + given.tcpPort + '/' + given.mark, resolve).on('error', reject);
        });`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'asks an unlisted server by http2',
      source: `
        return new Promise((resolve, reject) => {
          const session = require('node:http2').connect('http://127.0.0.1:' + given.tcpPort).on('error', reject);
          session.request({ ':path': '/' + given.mark }).on('response', resolve).on('error', () => {});
        });`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'asks an unlisted server by fetch',
      source: `
        const answer = await fetch('http://127.0.0.1:' + given.tcpPort + '/' + given.mark).catch((error) => { throw error.cause ?? error; });
        return answer.status;`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'follows a redirect of its own destination to an unlisted server, by fetch',
      source: `
        const address = given.address + '/redirect/' + given.tcpPort + '/' + given.mark;
        const answer = await fetch(address, { headers: { authorization: given.token } }).catch((error) => { throw error.cause ?? error; });
        return answer.status;`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'connects to a unix socket of its host by net',
      source: `return tell(net.connect(given.unixPath), given.mark);`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'asks a unix socket of its host by http',
      source: `
        return new Promise((resolve, reject) => {
          require('node:http').get({ socketPath: given.unixPath, path: '/' + given.mark }, resolve).on('error', reject);
        });`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'resolves names by dns',
      source: `
        const dns = require('node:dns');
        return dns.promises.lookup('localhost').catch(() => new Promise((resolve, reject) => {
          dns.lookup('localhost', (error, address) => (error ? reject(error) : resolve(address)));
        }));`,
      succeedsIn: [],
      refusal,
    },
    {
      name: 'resolves names by a resolver and a name server of its own',
      source: `
        const resolver = new (require('node:dns').promises.Resolver)({ timeout: 500, tries: 1 });
        resolver.setServers(['127.0.0.1:' + given.udpPort]);
        return resolver.resolve4(given.mark + '.example.com');`,
      succeeded: arrivesAt('udp'),
      succeedsIn: [],
      refusal,
    },
    {
      name: 'connects to an unlisted port of the address that stands in for its own destination',
      address: 'http://vault.example.com:8200',
      source: `
        const { address } = await require('node:dns').promises.lookup('vault.example.com');
        return tell(net.connect({ host: address, port: given.tcpPort }), given.mark);`,
      succeedsIn: [],
      refusal,
    },
  ],
};

/** What it tries after undoing the preload: here only a namespace keeps it in. */
export const network: AttackGroup = {
  title: 'Other destinations, past the preload',
  attacks: [
    {
      name: 'connects to any address by TCP',
      source: `return tell(pastPreload(given)({ host: '127.0.0.1', port: given.tcpPort }), given.mark);`,
      succeeded: arrivesAt('tcp'),
      succeedsIn: ['permission', 'none'],
    },
    {
      name: 'sends datagrams to any address by UDP',
      source: `
        return new Promise((resolve, reject) => {
          const lookup = (host, options, callback) => callback(null, host, 4);
          const socket = require('node:dgram').createSocket({ type: 'udp4', lookup }).on('error', reject);
          socket.send(given.mark, given.udpPort, '127.0.0.1', (error) => (error ? reject(error) : resolve('sent')));
        });`,
      succeeded: arrivesAt('udp'),
      succeedsIn: ['permission', 'none'],
    },
    {
      name: 'tells a name server of its own choice what it knows',
      source: `
        const labels = (given.mark + '.example.com').split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
        const query = Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
        return new Promise((resolve, reject) => {
          const lookup = (host, options, callback) => callback(null, host, 4);
          const socket = require('node:dgram').createSocket({ type: 'udp4', lookup }).on('error', reject);
          socket.send(query, given.udpPort, '127.0.0.1', (error) => (error ? reject(error) : resolve('asked')));
        });`,
      succeeded: arrivesAt('udp'),
      succeedsIn: ['permission', 'none'],
    },
    {
      name: 'connects to an abstract unix socket of its host',
      source: `return tell(pastPreload(given)({ path: given.abstractName }), given.mark);`,
      succeeded: arrivesAt('abstract'),
      succeedsIn: ['permission', 'none'],
    },
    {
      name: 'connects to a unix socket in the file system of its host, whose path it knows',
      source: `return tell(pastPreload(given)({ path: given.unixPath }), given.mark);`,
      succeeded: arrivesAt('unix'),
      succeedsIn: ['namespaces', 'permission', 'none'],
    },
    {
      name: 'uses the egress of another plugin, whose path it knows',
      source: `return tell(pastPreload(given)({ path: given.otherSocket }), given.mark);`,
      succeeded: arrivesAt('tcp'),
      succeedsIn: ['namespaces', 'permission', 'none'],
    },
    {
      name: 'opens a port that others can connect to',
      source: `
        const server = net.createServer((socket) => socket.end(given.mark)).listen(0);
        await require('node:events').once(server, 'listening');
        return server.address().port;`,
      operation: 'openPort',
      succeedsIn: ['permission', 'none'],
    },
  ],
};
