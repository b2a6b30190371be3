/** A plugin that runs the script in the provider key of a call. Text, because it runs as a module of its own in the sandbox. */
export const networkSource = String.raw`
import dns, { lookup as importedLookup } from 'node:dns';
import dnsPromises, { lookup as promisedLookup, Resolver as PromisedResolver } from 'node:dns/promises';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { promisify } from 'node:util';

const tools = { dns, importedLookup, dnsPromises, promisedLookup, PromisedResolver, http, net, tls, promisify };
const fetched = (options) => new Promise((resolve, reject) => {
  http.get(options, (response) => {
    let text = '';
    response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
  }).on('error', reject);
});
const called = (owner, method, ...parameters) => new Promise((resolve, reject) => {
  owner[method](...parameters, (error, ...answer) => (error ? reject(error) : resolve(answer)));
});
const problem = (problem) => Object.assign(new Error(problem), { code: 'VAULT_PROBLEM', problem });
const names = Object.keys({ ...tools, fetched, called, problem, config: 0 });
const run = async (script, config) => {
  const AsyncFunction = run.constructor;
  return new AsyncFunction(...names, script)(...Object.values(tools), fetched, called, problem, config);
};
export class NetworkFactory {
  async create(config) {
    if (config.has('create')) await run(config.get('create'), config);
    const yes = () => true;
    return {
      getSecretVersion: async (id) => JSON.stringify(await run(id.getProviderKey(), config)) ?? 'undefined',
      getTtl: () => 0, allowsCreate: yes, allowsUpdate: yes, allowsDelete: yes,
    };
  }
}`;
