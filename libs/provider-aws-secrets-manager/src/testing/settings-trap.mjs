// Runs a bundled provider in an environment with false settings everywhere that the SDK looks, and prints where it looked.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { argv } from 'node:process';

const files = [];
const connections = [];
const noteFile = (holder, name) => {
  const original = holder[name];
  holder[name] = function noted(file, ...rest) {
    files.push(String(file));
    return original.call(this, file, ...rest);
  };
};
for (const name of [
  'readFile',
  'readFileSync',
  'open',
  'openSync',
  'stat',
  'statSync',
  'access',
  'accessSync',
  'existsSync',
])
  noteFile(fs, name);
for (const name of ['readFile', 'open', 'stat', 'access']) noteFile(fs.promises, name);
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function noted(...parameters) {
  const [options] = Array.isArray(parameters[0]) ? parameters[0] : parameters;
  connections.push(`${options.host}:${options.port}`);
  return connect.apply(this, parameters);
};
syncBuiltinESMExports();

const [, , bundle, configuration] = argv;
const { AwsSecretsManagerSecretProviderFactory } = await import(bundle);
files.length = 0;
const provider = new AwsSecretsManagerSecretProviderFactory().create(new Map(JSON.parse(configuration)));
const context = { secretId: 'trapped', algorithmId: 'algorithm', environmentVariable: 'PASSWORD', version: 1 };
const id = await provider.createSecret('value', context);
const found = (await provider.getSecret(id, context)).getValue() === 'value';
await provider.deleteSecret(id, context);
console.log(JSON.stringify({ found, files, connections: [...new Set(connections)] }));
